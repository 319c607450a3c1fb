/**
 * Where tests run: real daemons and PostgreSQL are there, in a network of their own, with a folder of their own for what
 * is temporary.
 */
import {chmodSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {makeNamespace} from '#lab/daemons/namespace.ts'
import {postgresPrograms} from '#lab/daemons/postgres.ts'
import {sweepLeftovers} from '#lab/daemons/process.ts'
import {provision} from '#lab/daemons/provision.ts'
import {daemonPrograms, programVersion, type Suite} from '#lab/daemons/suites.ts'

export interface Place {
  /** Before a command: it runs there. */
  readonly enter: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** What is missing: the proof is not complete without it. */
  readonly missing: readonly string[]
  /** What cannot be tested here, and why. */
  readonly notRun: readonly string[]
  /** Takes away what was made for it. What is not left is taken away when this process ends. */
  leave(): void
}

/** Installs what is missing, where it may, and says what is there. */
export async function preparePlace(suites: readonly Suite[]): Promise<Place> {
  console.log('Real daemons:')
  const found = await provision((line) => console.log(`  ${line}`), suites)
  for (const suite of found.ready) {
    const versions = daemonPrograms.map((program) => `${program} ${programVersion(suite, program)}`)
    console.log(`  ${suite}: ${versions.join(', ')}`)
  }
  const postgres = postgresPrograms()
  console.log(`  PostgreSQL: ${postgres ?? 'none'}`)
  const missing = found.missing.map(({suite, why}) => `the daemons of ${suite} could not be started: ${why}`)
  if (postgres === null) missing.push('PostgreSQL is not there (Debian: the package postgresql)')

  sweepLeftovers()
  const temporary = mkdtempSync(join(tmpdir(), 'commodarr-test-'))
  // PostgreSQL runs as somebody else.
  chmodSync(temporary, 0o711)
  const space = makeNamespace()
  const leave = () => {
    process.off('exit', leave)
    if (typeof space !== 'string') space.remove()
    rmSync(temporary, {recursive: true, force: true})
  }
  process.once('exit', leave)
  return {
    leave,
    enter: typeof space === 'string' ? [] : space.enter,
    env: {TMPDIR: temporary, COMMODARR_SUITES: found.ready.join(',')},
    missing,
    notRun:
      typeof space === 'string'
        ? [`transfers into Transmission (it takes no peers on 127.0.0.1): ${space}`]
        : [],
  }
}
