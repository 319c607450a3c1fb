/** Which keys hold secrets, from the schema itself. */
import type {Shape} from './fields.ts'
import {settingsShape, webuiShape} from './schema.ts'
import {arrShape} from './schema-arrs.ts'
import {serverShapes} from './schema-servers.ts'

const shapes: readonly Shape[] = [settingsShape, webuiShape, arrShape, ...Object.values(serverShapes)]

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
export const harmlessKeys: ReadonlySet<string> = new Set(
  shapes.flatMap((shape) => keysOf(shape, (secret) => !secret)).filter((key) => !secretKeys.has(key)),
)
