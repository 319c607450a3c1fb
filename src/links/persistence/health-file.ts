/** `health.json`, in which earlier versions kept bans and refused log-ins: read once, then in the database. */
import {createHash, timingSafeEqual} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {z} from 'zod'
import type {HealthState} from '../health.ts'
import type {ServerDefinition} from '#model/server.ts'
import {healthStateSchema} from './health-entry.ts'

const fileSchema = z.record(
  z.string(),
  z.object({state: healthStateSchema, salt: z.string(), digest: z.string()}),
)

export interface FiledHealth {
  readonly definition: ServerDefinition
  readonly state: HealthState
  readonly sameCredentials: boolean
}

/**
 * @param definitions of the servers there are; what the file says of others is left out
 * @returns `null` = there is no file
 * @throws when it can not be read
 */
export function readHealthFile(
  path: string,
  definitions: readonly ServerDefinition[],
): readonly FiledHealth[] | null {
  const text = textOf(path)
  if (text === null) return null
  const entries = new Map(Object.entries(fileSchema.parse(JSON.parse(text))))
  return definitions.flatMap((definition) => {
    const entry = entries.get(definition.id)
    if (!entry) return []
    return [{definition, state: entry.state, sameCredentials: isOf(definition, entry)}]
  })
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function isOf(
  {url, username, password, apiKey}: ServerDefinition,
  {salt, digest}: {readonly salt: string; readonly digest: string},
): boolean {
  const parts = JSON.stringify([url, username, password?.reveal() ?? null, apiKey?.reveal() ?? null])
  const now = createHash('sha256').update(salt).update(parts).digest()
  const then = Buffer.from(digest, 'hex')
  return then.length === now.length && timingSafeEqual(now, then)
}
