/**
 * Where tests run: real daemons and PostgreSQL are there, in a network of their own, with a folder of their own for what
 * is temporary.
 */
import {chmodSync, existsSync, mkdtempSync, rmSync, statfsSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {makeNamespace} from '#lab/daemons/namespace.ts'
import {postgresPrograms} from '#lab/daemons/postgres.ts'
import {ownFolder, sweepFolders, sweepLeftovers} from '#lab/daemons/process.ts'
import {provision, type FurtherPackage} from '#lab/daemons/provision.ts'
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

/** The type that Linux gives a disk in memory (statfs(2)). */
const TMPFS = 0x01021994
const MEMORY_DISK = '/dev/shm'
const PREFIX = 'commodarr-test-'
/** Of what all tests of a part hold at once, several times as much. */
const ENOUGH_BYTES = 4 * 1024 ** 3

/**
 * Tests make and replace thousands of small files, which a disk answers for one by one. In memory that costs nothing,
 * where there is enough of it.
 */
function temporaryParent(): string {
  if (!existsSync(MEMORY_DISK)) return tmpdir()
  const {type, bavail, bsize} = statfsSync(MEMORY_DISK)
  return type === TMPFS && bavail * bsize >= ENOUGH_BYTES ? MEMORY_DISK : tmpdir()
}

/** Installs what is missing, where it may, and says what is there. */
export async function preparePlace(
  suites: readonly Suite[],
  further: readonly FurtherPackage[] = [],
): Promise<Place> {
  console.log('Real daemons:')
  const found = await provision((line) => console.log(`  ${line}`), suites, further)
  for (const suite of found.ready) {
    const versions = daemonPrograms.map((program) => `${program} ${programVersion(suite, program)}`)
    console.log(`  ${suite}: ${versions.join(', ')}`)
  }
  const postgres = postgresPrograms()
  console.log(`  PostgreSQL: ${postgres ?? 'none'}`)
  const missing = found.missing.map(({suite, why}) => `the daemons of ${suite} could not be started: ${why}`)
  if (postgres === null) missing.push('PostgreSQL is not there (Debian: the package postgresql)')

  sweepLeftovers()
  // What a proof that was killed left would stay in memory until the machine starts again.
  for (const parent of [tmpdir(), MEMORY_DISK]) sweepFolders(parent, PREFIX)
  const temporary = mkdtempSync(join(temporaryParent(), PREFIX))
  ownFolder(temporary)
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
