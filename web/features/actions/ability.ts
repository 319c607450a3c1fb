/** Whether an action can be done to what is chosen, in words. */
import type {LiveServer} from '#model/live.ts'
import type {SelectionFigures} from '../../api/actions.ts'
import {text} from '../../i18n/text.ts'
import {count} from '../../ui/format.ts'
import {partsOf} from '../torrent-rows/selection.ts'
import type {ActionDefinition} from './actions.ts'
import {hasTooManyNames, LISTED_AT_MOST, type ActionTarget} from './target.ts'

/** Why nothing can be done to the whole of it; `null` = something may. @param isGone Commodarr is not there */
export function objectionTo(target: ActionTarget, isGone: boolean): string | null {
  if (isGone) return text('result.not-sent')
  return hasTooManyNames(target) ? text('action.too-many-names', {most: count(LISTED_AT_MOST)}) : null
}

/** Copying and exporting ask for each torrent: so many at most. */
const copiedAtMost = 500
const exportedAtMost = 20

interface Ability {
  /** Why it cannot be done to any; `null` = it can. */
  readonly reason: string | null
  /** "for 11 of 12": some cannot take it; `null` = all can, or it is not known yet. */
  readonly part: string | null
}

/** As far as abilities go. */
export type AbilityFigures = Pick<SelectionFigures, 'abilities' | 'count' | 'servers'>

type Reasons = SelectionFigures['abilities'][number]['reasons']

const free: Ability = {reason: null, part: null}

/** @param figures `null` = not known yet: then nothing is held back, the server judges anyway. */
export function abilityOf(action: ActionDefinition, chosen: number, figures: AbilityFigures | null): Ability {
  if (action.isOfOne && chosen > 1) return off(text('action.of-one'))
  if (action.does.kind === 'copy' && chosen > copiedAtMost) return tooMany(copiedAtMost)
  if (action.does.kind === 'export' && chosen > exportedAtMost) return tooMany(exportedAtMost)
  const judged = figures?.abilities.find(({verb}) => verb === action.verb)
  if (!figures || !judged) return free
  if (figures.count === 0) return off(text('action.gone'))
  if (judged.possible === 0) return off(reasonWords(judged.reasons, figures))
  if (judged.possible === figures.count) return free
  const part = text('action.part', {possible: count(judged.possible), of: count(figures.count)})
  return {reason: null, part}
}

/** Why they cannot take it, and whom to ask where he may only look. */
export function reasonWords(reasons: Reasons, {servers}: Pick<SelectionFigures, 'servers'>): string {
  const words = reasons.map(({code, message, servers: ids}) =>
    code === 'forbidden' ? lookOnlyWords(servers.filter(({server_id: id}) => ids.includes(id))) : message,
  )
  return words.join(' ')
}

/**
 * Why he can do nothing with any of them but look; `null` = he may, or it is not known yet.
 * @param figures `null` = not known yet: then it follows from the servers, without whom to ask
 */
export function whyLookOnly(
  target: ActionTarget,
  figures: AbilityFigures | null,
  servers: readonly AccessTo[] | null,
): string | null {
  if (figures === null) return whyLookOnlyAt(target, servers ?? [])
  const isForbidden = figures.abilities.every(
    ({possible, reasons}) => possible === 0 && reasons.every(({code}) => code === 'forbidden'),
  )
  const [first] = figures.abilities
  return isForbidden && first && figures.count > 0 ? reasonWords(first.reasons, figures) : null
}

type AccessTo = Pick<LiveServer, 'server_id' | 'server_name' | 'access'>

function whyLookOnlyAt(target: ActionTarget, servers: readonly AccessTo[]): string | null {
  const ids = serversOf(target)
  const at = servers.filter(({server_id: id}) => ids === null || ids.has(id))
  if (at.length === 0 || at.some(({access}) => access !== 'view')) return null
  return lookOnlyWords(at.map(({server_name}) => ({server_name, owner: null})))
}

/** Beyond these it has none; `null` = on any in sight. */
function serversOf(target: ActionTarget): ReadonlySet<string> | null {
  if (target.kind === 'some') return new Set([...target.names].map((name) => partsOf(name).server_id))
  return target.servers === null ? null : new Set(target.servers)
}

/** "You can look at nas but not change it. Ask Mara, who owns it." @param owner `null` = nobody's own, or not told */
export function viewOnlyWords(server: string, owner: string | null): string {
  const words = text('action.look-only', {server})
  return owner === null ? words : `${words} ${text('server.ask-owner', {owner})}`
}

/** Of so many servers each has its sentence. */
const NAMED = 2

function lookOnlyWords(
  servers: readonly Pick<SelectionFigures['servers'][number], 'server_name' | 'owner'>[],
): string {
  if (servers.length > NAMED) return text('action.look-only-several', {count: servers.length})
  return servers.map(({server_name: name, owner}) => viewOnlyWords(name, owner)).join(' ')
}

function off(reason: string): Ability {
  return {reason, part: null}
}

function tooMany(most: number): Ability {
  return off(text('action.at-most', {most: count(most)}))
}
