import {defineConfig} from 'vitest/config'

/** The tests of the rules alone, for `npm run mutate`: each is run again for every change that Stryker makes to the rules. */
export default defineConfig({
  test: {
    pool: 'threads',
    setupFiles: './tools/repeatable.ts',
    // As they run otherwise; what is made once for all is made again for each change anyway.
    isolate: false,
    // A slow machine is no reason to call a change found.
    testTimeout: 60_000,
    include: ['src/rules/**/*.test.ts'],
  },
})
