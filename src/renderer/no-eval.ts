/*
 * Imported before everything else. zod finds out by `new Function` whether it may compile its schemas; under the page's
 * policy that is a violation, and the console says so at each start. zod reads this object when it is first imported,
 * so the answer must stand there before (it is what `z.config({ jitless: true })` sets, which would come too late).
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });

export {};
