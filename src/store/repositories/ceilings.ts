/** The ceiling of what was made with a key, in a column of its table. */
import {permissions, type Ceiling} from '#model/access.ts'
import {jsonOf} from '../rows.ts'

export function ceilingText(ceiling: Ceiling | null): string | null {
  return ceiling && JSON.stringify(ceiling)
}

/** What can not be read allows nothing: it must not be taken for no ceiling at all. */
export function ceilingIn(text: string | null): Ceiling | null {
  if (text === null) return null
  const value = jsonOf(text)
  const {keyId, scopes} = (typeof value === 'object' && value !== null ? value : {}) as {
    readonly keyId?: unknown
    readonly scopes?: unknown
  }
  if (typeof keyId !== 'string' || !Array.isArray(scopes)) return {keyId: '', scopes: []}
  return {keyId, scopes: permissions.filter((it) => scopes.includes(it))}
}
