import fc from 'fast-check';

// Properties try the same examples in every run: a test that goes red tells of a change, not of luck. Others are tried
// with `FAST_CHECK_SEED=<any number> npm test`.
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 2026) });
