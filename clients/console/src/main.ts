import { render } from "preact";
import { App } from "./app.ts";
import { html } from "./html.ts";

const place = document.getElementById("page");
if (place) render(html`<${App} />`, place);
