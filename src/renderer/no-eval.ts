/*
 * Imported before everything else. zod finds out by `new Function` whether it may compile its schemas, which the page's
 * policy counts as a violation even though zod catches the refusal. zod asks when its schemas are made, so the answer
 * must stand here before it is first imported: this is the object that `z.config({ jitless: true })` sets, too late.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });

export {};
