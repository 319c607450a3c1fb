/** What a database's own error means: a code of ours and a sentence that helps. */
import {CommodarrError, type ErrorCode} from '#model/errors.ts'

/**
 * The database could not do it. Nothing of the work it belonged to was written; only with the code `unconfirmed` nobody
 * can tell.
 */
export class StorageFault extends CommodarrError {
  /** Waiting and trying again may help. */
  readonly passing: boolean

  constructor(code: ErrorCode, message: string, passing: boolean, cause?: unknown) {
    super(code, message, {}, cause)
    this.passing = passing
  }
}

/** The connection it went over is of no use any more. */
export class ConnectionLost extends Error {
  constructor(why: unknown) {
    super(wordsOf(why), {cause: why})
    this.name = 'ConnectionLost'
  }
}

/** `error` itself when it says nothing about the database: a broken constraint is a mistake of ours. */
export function storageFault(error: unknown): unknown {
  if (error instanceof CommodarrError) return error
  return ofSqlite(error) ?? ofPostgres(error) ?? error
}

/** Of Node's own functions for files; `null` = it is of somebody else. */
export function fileFault(error: unknown): StorageFault | null {
  if (!(error instanceof Error) || !('syscall' in error && 'path' in error && 'code' in error)) return null
  const code = error.code === 'ENOSPC' ? 'storage_full' : 'storage_read_only'
  return new StorageFault(code, `The system says ${error.message}.`, true, error)
}

/** Also of errors that carry others (several addresses tried) and have no words themselves. */
export function wordsOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(wordsOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}

/** Primary result codes. Source: sqlite.org/rescode.html; node:sqlite puts the extended code into `errcode`. */
function ofSqlite(error: unknown): StorageFault | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null
  const fault = (code: ErrorCode, message: string, passing = true) =>
    new StorageFault(code, message, passing, error)
  switch (Number(error.errcode) & 0xff) {
    case 5:
    case 6:
    case 15:
      return fault('storage_busy', 'Another program holds the database.')
    case 3:
    case 8:
    case 14:
      return fault('storage_read_only', `The database cannot be written: ${error.message}.`)
    case 7:
    case 10:
      return fault('storage_unavailable', `The disk of the database fails: ${error.message}.`)
    case 11:
    case 26:
      return fault('storage_damaged', `The database is damaged: ${error.message}.`, false)
    case 13:
      return fault('storage_full', 'The disk of the database is full.')
    default:
      return null
  }
}

/** SQLSTATE, or its class alone. Source: PostgreSQL docs, Appendix A. First match counts. */
const postgresStates: readonly [RegExp, ErrorCode, string, passing: boolean][] = [
  [/^53100/, 'storage_full', 'The disk of PostgreSQL is full', true],
  [/^25006/, 'storage_read_only', 'PostgreSQL takes no writes now', true],
  [/^(55P03|40P01|40001)/, 'storage_busy', 'Another program holds a lock in PostgreSQL', true],
  [/^57014/, 'storage_unavailable', 'PostgreSQL takes too long', true],
  [/^XX00[12]/, 'storage_damaged', 'The database of PostgreSQL is damaged', false],
  [/^(28|3D|42501)/, 'storage_unavailable', 'PostgreSQL refuses us', false],
  [/^(08|53|57P|58)/, 'storage_unavailable', 'PostgreSQL does not answer', true],
]

/** Of Node, when a connection cannot be made or breaks. */
const lostCodes = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOST|ENET|ENOENT|EACCES)/
const tlsCodes = /^(ERR_(SSL|TLS)|EPROTO|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO)/
/** Of the package pg, which gives these no code. */
const lostWords =
  /^(Connection terminated|Client (has encountered|was closed)|timeout expired|Query read timeout|driver has already)/
const tlsWords = /^(The server does not support SSL|There was an error establishing an SSL)/

function ofPostgres(error: unknown): StorageFault | null {
  if (!(error instanceof Error)) return null
  const fault = (code: ErrorCode, what: string, passing: boolean) =>
    new StorageFault(code, `${what}: ${wordsOf(error)}.`, passing, error)
  const words = wordsOf(error)
  const code = 'code' in error ? String(error.code) : ''
  if (tlsCodes.test(code) || tlsWords.test(words))
    return fault('storage_unavailable', 'PostgreSQL cannot be reached over TLS', false)
  if (error instanceof ConnectionLost || lostCodes.test(code) || lostWords.test(words))
    return fault('storage_unavailable', 'PostgreSQL does not answer', true)
  const isSqlState = /^[0-9A-Z]{5}$/.test(code) && 'severity' in error
  const known = isSqlState ? postgresStates.find(([state]) => state.test(code)) : undefined
  return known ? fault(known[1], known[2], known[3]) : null
}

/** The server ends the connection with it, or did not answer in time: what comes next on it is anybody's guess. */
export function endsConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('severity' in error) return error.severity === 'FATAL' || error.severity === 'PANIC'
  const code = 'code' in error ? String(error.code) : ''
  return lostCodes.test(code) || tlsCodes.test(code) || lostWords.test(error.message)
}
