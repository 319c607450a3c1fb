/** Which keys hold secrets, from the schema itself. */
import {Secret} from '#model/secret.ts'
import {isTable} from '../document/document.ts'
import type {KeyPath} from '../document/key-path.ts'
import type {Shape} from './fields.ts'
import {settingsShape, webuiShape} from './schema.ts'
import {arrShape} from './schema-arrs.ts'
import {prowlarrShape} from './schema-prowlarr.ts'
import {serverShapes} from './schema-servers.ts'

const shapes: readonly Shape[] = [
  settingsShape,
  webuiShape,
  arrShape,
  prowlarrShape,
  ...Object.values(serverShapes),
]

/** Keys of single values, in whatever table. */
function keysOf(shape: Shape, isWanted: (secret: boolean) => boolean): string[] {
  return Object.entries(shape).flatMap(([key, node]) => {
    if (node.node !== 'field') return keysOf(node.shape, isWanted)
    return isWanted(node.secret) ? [key] : []
  })
}

export const secretKeys: ReadonlySet<string> = new Set(
  shapes.flatMap((shape) => keysOf(shape, (secret) => secret)),
)

/** Known, and never a secret. */
const harmlessKeys: ReadonlySet<string> = new Set(
  shapes.flatMap((shape) => keysOf(shape, (secret) => !secret)).filter((key) => !secretKeys.has(key)),
)

/** Is it, or a table that it stands in, known to hold no secret? */
export function isHarmless(path: KeyPath): boolean {
  return path.some((key) => typeof key === 'string' && harmlessKeys.has(key))
}

const withCredentials = /:\/\/[^/@\s]+@/

/**
 * A value with a {@link Secret} wherever one may stand: in secret keys, in keys we do not know (`Pasword`), in addresses
 * with credentials.
 * @param path where the value stands
 */
export function wrappedSecrets(value: unknown, path: KeyPath): unknown {
  if (Array.isArray(value)) return value.map((item) => wrappedSecrets(item, path))
  if (isTable(value)) {
    const entries = Object.entries(value)
    return Object.fromEntries(entries.map(([key, inner]) => [key, wrappedSecrets(inner, [...path, key])]))
  }
  if (typeof value === 'string') {
    return isHarmless(path) && !withCredentials.test(value) ? value : new Secret(value)
  }
  // A number in place of a password.
  return isHarmless(path) || typeof value === 'boolean' ? value : new Secret(String(value))
}
