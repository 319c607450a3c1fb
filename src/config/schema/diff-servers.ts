import {Secret} from '#model/secret.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'

interface ServerDiff {
  readonly added: readonly ServerDefinition[]
  /** As they are now. */
  readonly changed: readonly ServerDefinition[]
  readonly removed: readonly ServerId[]
}

/** What an edit did to the servers. Secrets are compared by value and never shown. */
export function diffServers(
  before: readonly ServerDefinition[],
  after: readonly ServerDefinition[],
): ServerDiff {
  const old = new Map(before.map((server) => [server.id, server]))
  const kept = new Set(after.map((server) => server.id))
  return {
    added: after.filter((server) => !old.has(server.id)),
    changed: after.filter((server) => old.has(server.id) && !sameValue(old.get(server.id), server)),
    removed: before.map((server) => server.id).filter((id) => !kept.has(id)),
  }
}

/** Deep equality of plain records, lists and secrets; a key with `undefined` counts as absent. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (one instanceof Secret || other instanceof Secret) {
    return one instanceof Secret && other instanceof Secret && one.reveal() === other.reveal()
  }
  if (!isObject(one) || !isObject(other)) return Object.is(one, other)
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const keys = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...keys].every((key) => sameValue(one[key], other[key]))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
