import httpSecurityHeaders from "@middy/http-security-headers";

/**
 * Headers that keep a browser from making anything of an answer but what it is: data, over TLS. Left out is what only a page
 * needs.
 */
export const safeHeaders = () =>
  httpSecurityHeaders({
    contentSecurityPolicy: { "default-src": "'none'", "require-trusted-types-for": "", "report-to": "" },
    crossOriginEmbedderPolicy: false,
    dnsPrefetchControl: false,
    downloadOptions: false,
    originAgentCluster: false,
    permissionsPolicy: false,
    permittedCrossDomainPolicies: false,
    reportTo: false,
    reportingEndpoints: false,
  });

/** Answers are for one reader and for this moment. */
export const NOT_KEPT = { "cache-control": "no-store" };
