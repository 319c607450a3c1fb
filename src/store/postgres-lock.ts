/**
 * One Commodarr to a database: an advisory lock that the connection holds which writes. With the connection goes the
 * lock. Source: PostgreSQL docs §13.3.5.
 */
import {setTimeout as pause} from 'node:timers/promises'
import {StorageFault} from './faults.ts'
import type {Run} from './postgres-connections.ts'

/** "comm" in ASCII; the second half of the key is the schema. */
const FAMILY = 0x636f6d6d
const KEY = `hashtext(coalesce(current_schema(), ''))`
const TRIES = 20
const PAUSE_MS = 100

/**
 * Takes it for the connection that `run` uses, with two seconds' patience for a predecessor that has just ended.
 * @param name of the program, as its connections say it to the server
 * @throws {StorageFault} storage_busy
 */
export async function holdLock(run: Run, name: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const [answer] = await run(`select pg_try_advisory_lock(${FAMILY}, ${KEY}) as held`)
    if (answer?.['held'] === true) return
    const holder = await holderOf(run)
    if (tries >= TRIES) throw heldBy(holder)
    // A connection that we lost and the server did not: nobody speaks over it any more.
    if (holder?.name === name) await run('select pg_terminate_backend($1)', [holder.pid])
    await pause(PAUSE_MS)
  }
}

interface Holder {
  readonly pid: number
  readonly name: string
  readonly address: string
  readonly since: string
}

/** `null` = it has just let go. */
async function holderOf(run: Run): Promise<Holder | null> {
  const [found] = await run(
    `select pid, application_name as name, coalesce(host(client_addr), 'this machine') as address,
       to_char(backend_start, 'YYYY-MM-DD HH24:MI') as since
     from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and granted and classid = ${FAMILY} and objsubid = 2
       and objid::bigint = (${KEY}::bigint & 4294967295)
       and database = (select oid from pg_database where datname = current_database())`,
  )
  return (found as Holder | undefined) ?? null
}

function heldBy(holder: Holder | null): StorageFault {
  const who = holder === null ? '' : ` (connected from ${holder.address} since ${holder.since})`
  return new StorageFault(
    'storage_busy',
    `Another Commodarr${who} uses this database of PostgreSQL. End it, or give each a database of its own.`,
    true,
  )
}
