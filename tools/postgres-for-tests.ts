/** One PostgreSQL server for all tests of the project `pg`: started before the first, gone after the last. */
import type {TestProject} from 'vitest/node'
import {startPostgres} from '#lab/daemons/postgres.ts'
import {sweepLeftovers} from '#lab/daemons/process.ts'

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  sweepLeftovers()
  const server = await startPostgres()
  project.provide('postgresUrl', server.url('postgres'))
  return () => server.dispose()
}
