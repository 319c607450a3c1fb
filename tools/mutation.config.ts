import {defineConfig} from 'vitest/config'

/** The tests of the rules alone, for `npm run mutate`: each is run again for every change that Stryker makes to the rules. */
export default defineConfig({
  test: {
    pool: 'threads',
    setupFiles: './tools/repeatable.ts',
    include: ['src/rules/**/*.test.ts'],
  },
})
