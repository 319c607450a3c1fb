/**
 * A rule of a person that cannot be read, but kept something as far as that can be seen, or may have: what it meant is
 * unknown, so that no rule removes, sets aside or moves any torrent where its owner commands
 * (`rules/compiled-rule.ts`, `mayKeep`), until it is repaired or removed.
 */
import type {Rule} from '#model/rule.ts'
import type {RuleRow} from '#store/repositories/rules.ts'

/**
 * @param servers all that its owner sees
 * @returns the rule that stands for it; `null` = it kept nothing, or no torrents
 */
export function unreadKeeping(row: RuleRow, servers: readonly string[]): Rule | null {
  const {id, revision, name, mode, position: order, document} = row
  if (!mayKeepTorrents(document)) return null
  return {
    id,
    revision,
    name,
    order,
    mode,
    subject: 'torrent',
    concern: 'fate',
    conflict: 'additive',
    reason: 'conditionTrue',
    scope: {
      servers,
      arrs: [],
      categories: [],
      subcategories: false,
      tagsAny: [],
      tagsAll: [],
      tagsNone: [],
      trackers: [],
      privacy: 'any',
      owner: null,
    },
    when: {fact: 'server.id', op: 'in', value: [], gone: []},
    hold: null,
    schedule: null,
    select: null,
    do: [{action: 'skip', params: {}}],
    guards: {},
  }
}

/** What cannot be seen of it may be anything. */
function mayKeepTorrents(document: unknown): boolean {
  if (typeof document !== 'object' || document === null) return true
  const {subject, do: actions} = document as {readonly subject?: unknown; readonly do?: unknown}
  if (subject === 'path' || subject === 'wanted') return false
  if (!Array.isArray(actions) || actions.length === 0) return true
  const names = actions.map((it: unknown) =>
    typeof it === 'object' && it !== null && 'action' in it ? it.action : undefined,
  )
  return names.some((name) => name === 'skip' || typeof name !== 'string')
}
