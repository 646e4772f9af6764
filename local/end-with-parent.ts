// Preloaded into every child process of the local stack: whatever ends the parent, kill -9 too, ends the child.
process.on("disconnect", () => process.exit());
process.channel?.unref();
