import {Secret} from '#model/secret.ts'
import {isTable} from './document.ts'
import type {Shape} from './schema/fields.ts'
import {settingsShape, webuiShape} from './schema/schema.ts'
import {arrShape} from './schema/schema-arrs.ts'
import {serverShapes} from './servers.ts'

const shapes: readonly Shape[] = [settingsShape, webuiShape, arrShape, ...Object.values(serverShapes)]
const harmless = new Set(shapes.flatMap(harmlessKeys))
const withCredentials = /:\/\/[^/@\s]+@/

/**
 * The document for those who need keys that the schema does not know. Text is wrapped as a secret wherever it may be
 * one: in secret keys, in keys we do not know (`Pasword`), in addresses with credentials. So the whole can land in a
 * log without harm.
 */
export function withSecretsWrapped(
  document: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return wrapped(document, false) as Readonly<Record<string, unknown>>
}

function wrapped(value: unknown, isHarmless: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => wrapped(item, isHarmless))
  if (isTable(value)) {
    const entries = Object.entries(value)
    return Object.fromEntries(
      entries.map(([key, inner]) => [key, wrapped(inner, isHarmless || harmless.has(key))]),
    )
  }
  if (typeof value === 'string') return isHarmless && !withCredentials.test(value) ? value : new Secret(value)
  // A number in place of a password.
  return isHarmless || typeof value === 'boolean' ? value : new Secret(String(value))
}

/** Keys of single values that are no secrets. */
function harmlessKeys(shape: Shape): string[] {
  return Object.entries(shape).flatMap(([key, node]) => {
    if (node.node === 'field') return node.secret ? [] : [key]
    return harmlessKeys(node.shape)
  })
}
