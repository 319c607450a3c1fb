import {matchesGlob} from 'node:path'
import {defineConfig} from 'vitest/config'
import {isFull} from './test/proof.ts'
import {fullOnly} from './tools/proof/parts.ts'
import {workers} from './tools/proof/seconds.ts'
import {SlowestFirst} from './tools/proof/slowest-first.ts'

const setupFiles = './tools/repeatable.ts'
/** Who names a file wants it run, also one of the full proof. */
const isNamed = (pattern: string) => process.argv.slice(2).some((it) => matchesGlob(it, pattern))
const never = ['**/node_modules/**', 'dist/**', ...(isFull ? [] : fullOnly.filter((it) => !isNamed(it)))]
const kinds = ['lab', 'fleet', 'pg', 'stores', 'web', 'days'].map((kind) => `**/*.${kind}.test.ts`)

/**
 * Six kinds of test, by file name (see docs/develop/testing.md): `x.test.ts` needs only CPU, `x.pg.test.ts` PostgreSQL,
 * `x.stores.test.ts` both databases, `x.lab.test.ts` a real daemon, `x.fleet.test.ts` the whole program against
 * simulators, `x.web.test.ts` a browser, `x.days.test.ts` nothing but time.
 *
 * All share one queue and as many workers, and a worker keeps what it has loaded from one file to the next. Nothing is
 * tried twice.
 */
const shared = {
  isolate: false,
  setupFiles,
  // No limit that anything is judged by: whatever is waited for comes when a busy machine has time for it.
  testTimeout: 600_000,
  hookTimeout: 600_000,
  expect: {poll: {timeout: 300_000}},
} as const

export default defineConfig({
  test: {
    pool: 'threads',
    // Node runs our TypeScript as it is: nothing is rewritten first, and no file is looked through for mocks of modules.
    experimental: {viteModuleRunner: false, nodeLoader: false},
    maxWorkers: workers,
    sequence: {sequencer: SlowestFirst},
    reporters: ['default', './tools/proof/alone.ts'],
    slowTestThreshold: 60_000,
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['{src,lab,tools,scripts,bench,web,test}/**/*.test.ts'],
          exclude: [...never, ...kinds],
        },
      },
      {
        test: {
          ...shared,
          name: 'pg',
          include: ['{src,test}/**/*.{pg,stores}.test.ts'],
          exclude: never,
          globalSetup: './tools/postgres-for-tests.ts',
        },
      },
      {
        test: {
          ...shared,
          name: 'fleet',
          include: ['{src,lab,test,tools}/**/*.fleet.test.ts'],
          exclude: never,
        },
      },
      {test: {...shared, name: 'days', include: ['lab/**/*.days.test.ts'], exclude: never}},
      {
        test: {
          ...shared,
          name: 'web',
          include: ['web/**/*.web.test.ts'],
          exclude: never,
          globalSetup: './lab/browser-for-tests.ts',
        },
      },
      {test: {...shared, name: 'lab', include: ['{src,lab,test}/**/*.lab.test.ts'], exclude: never}},
    ],
  },
})
