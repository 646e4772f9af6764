// CommonJS: the deploy CLI loads it with require. YAML cannot multiply.

/**
 * Days that S3 keeps a receiver list, counted from its upload: until nobody can need it any more. A job starts at most
 * one TTL after it was accepted and is gone two TTLs after its start; the week covers a list that is written long before
 * its job, and S3's own rounding to midnight.
 *
 * @param {{ resolveVariable: (variable: string) => Promise<unknown> }} serverless
 */
module.exports.listsDays = async ({ resolveVariable }) => 3 * Number(await resolveVariable("param:resultsTtlDays")) + 7;
