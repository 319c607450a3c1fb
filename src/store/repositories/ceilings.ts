/** The ceiling of what was made with a key, in a column of its table. */
import {permissions, type Ceiling} from '#model/access.ts'
import {jsonOf} from '../rows.ts'

export function ceilingText(ceiling: Ceiling | null): string | null {
  return ceiling && JSON.stringify(ceiling)
}

/** What cannot be read allows nothing: it must not be taken for no ceiling at all. */
export function ceilingIn(text: string | null): Ceiling | null {
  if (text === null) return null
  const value = jsonOf(text)
  const read = (typeof value === 'object' && value !== null ? value : {}) as {
    readonly [F in keyof Ceiling]?: unknown
  }
  const {keyId, scopes, servers} = read
  const isReadable = typeof keyId === 'string' && isTexts(scopes) && (servers === null || isTexts(servers))
  if (!isReadable) return {keyId: '', scopes: [], servers: []}
  return {
    keyId,
    scopes: permissions.filter((it) => scopes.includes(it)),
    servers: servers as Ceiling['servers'],
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((it) => typeof it === 'string')
}
