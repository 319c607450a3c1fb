import {defineConfig} from 'vitest/config'

const setupFiles = './tools/repeatable.ts'
/** Whatever is waited for comes when a busy machine has time for it: none of these is a limit that anything is judged by. */
const patient = {testTimeout: 300_000, hookTimeout: 300_000, expect: {poll: {timeout: 60_000}}} as const

/**
 * Six kinds of test, by file name (see docs/architecture.md): `x.test.ts` needs only CPU, `x.pg.test.ts` PostgreSQL,
 * `x.lab.test.ts` a real daemon, `x.fleet.test.ts` the whole program against simulators, `x.web.test.ts` a browser,
 * `x.days.test.ts` nothing but time.
 */
export default defineConfig({
  test: {
    pool: 'threads',
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles,
          include: ['{src,lab,tools,scripts,bench,web,test}/**/*.test.ts'],
          exclude: [
            '**/*.lab.test.ts',
            '**/*.fleet.test.ts',
            '**/*.pg.test.ts',
            '**/*.web.test.ts',
            '**/*.days.test.ts',
            '**/node_modules/**',
          ],
          isolate: false,
          testTimeout: 60_000,
          expect: patient.expect,
        },
      },
      {
        test: {
          name: 'pg',
          setupFiles,
          include: ['{src,test}/**/*.{pg,stores}.test.ts'],
          globalSetup: './tools/postgres-for-tests.ts',
          isolate: false,
          ...patient,
        },
      },
      {
        test: {
          name: 'fleet',
          setupFiles,
          include: ['{src,lab,test}/**/*.fleet.test.ts'],
          fileParallelism: false,
          // What one file has loaded and warmed up serves the next: a quarter of the processor's time.
          isolate: false,
          // Whole programs and real daemons on a shared machine: a second try is allowed, and printed as such.
          retry: 1,
          ...patient,
        },
      },
      {test: {name: 'days', setupFiles, include: ['lab/**/*.days.test.ts']}},
      {
        test: {
          name: 'web',
          include: ['web/**/*.web.test.ts'],
          // Each waits most of the time: two at once leave no processor idle.
          maxWorkers: 2,
          // Whole programs, real daemons and a browser on a shared machine.
          retry: 1,
          ...patient,
        },
      },
      {
        test: {
          name: 'lab',
          setupFiles,
          include: ['{src,lab,test}/**/*.lab.test.ts'],
          fileParallelism: false,
          // Whole programs and real daemons on a shared machine: a second try is allowed, and printed as such.
          retry: 1,
          ...patient,
        },
      },
    ],
  },
})
