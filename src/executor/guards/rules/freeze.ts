/**
 * A server that is away, half loaded or just back is no evidence, and neither is an Arr that says itself that it does not
 * see its downloads. While no indexer answers it a search would only be counted. What another Commodarr looks after is
 * left to it.
 */
import type {ArrCheck} from '#model/arr.ts'
import type {ActionName} from '#model/rule.ts'
import {waits} from '#model/waits.ts'
import {
  isDelicate,
  numberOf,
  valueOf,
  type DecisionGuard,
  type DecisionItem,
  type Objection,
} from './decision-guard.ts'

/** Its Arr has checked itself, and does not see its downloads or its library. */
export const ARR_UNWELL = 'arr_unwell'

/** What a person keeps there by a category is not known. */
export const CATEGORIES_HIDDEN = 'categories_hidden'
const categoriesHiddenLift =
  'Its server has to report labels again, by which people keep torrents: switch on the Label plugin in the preferences of Deluge.'

const MOST_DROP = 0.2
const MOST_FAILURES = 3
/** What an Arr is had do, which asks its indexers, or goes by what it sees of downloads. */
const byArr: ReadonlySet<ActionName> = new Set<ActionName>(['arr.search', 'arr.import'])

export const freeze: DecisionGuard = {
  name: 'freeze',
  guards: (item) =>
    item.arr?.isOthers === true ||
    (isDelicate(item) && item.decision.subject.serverId !== null) ||
    byArr.has(item.action.action),
  look: (item) =>
    (item.arr?.isOthers ? ofAnother : null) ??
    (isDelicate(item) ? uncertainServer(item) : null) ??
    uncertainArr(item),
}

/** Both would do it, with two budgets. */
const ofAnother = frozen(
  'another_instance',
  {},
  'Another Commodarr manages its Arr: remove the Arr from one of the two, or take it over on its page.',
)

function uncertainServer(item: DecisionItem): Objection | null {
  const status = valueOf(item, 'server.status')
  if (status !== 'online' && status !== 'degraded') {
    return frozen('server_not_online', {status: status ?? 'unknown'}, 'Its server has to answer again.')
  }
  const drop = numberOf(item, 'server.populationDrop')
  if (drop === undefined || drop > MOST_DROP) {
    return frozen('population_drop', {drop: drop ?? null}, 'Two whole lists of its server have to agree.')
  }
  const {epochFor, hidesCategories} = item.server
  if (hidesCategories) return frozen(CATEGORIES_HIDDEN, {}, categoriesHiddenLift)
  if (epochFor !== undefined && epochFor >= waits.serverChanged.seconds) return null
  return frozen(
    'epoch_young',
    {epochFor: epochFor ?? null, needed: waits.serverChanged.seconds},
    'Ten minutes after its server came back.',
  )
}

function uncertainArr(item: DecisionItem): Objection | null {
  const {arr, action} = item
  if (arr === null) return null
  const isSearch = action.action === 'arr.search'
  // A search destroys nothing: while nobody knows, it is asked for.
  if (arr.checks === undefined && isSearch) return null
  if (arr.checks === undefined) {
    return frozen('arr_health_unknown', {}, 'Its Arr has to say how its health checks are.')
  }
  const red = arr.checks.filter(
    (check) =>
      check.holds === (isSearch ? 'searches' : 'removals') && (!isOfComplete(check) || mayBeComplete(item)),
  )
  if (red.length === 0) return null
  const checks = red.map(({source}) => source)
  const named = checks.join(', ')
  if (isSearch) {
    const lift = `Its Arr has to reach an indexer again: ${named} is red there.`
    return frozen('arr_without_indexers', {checks}, lift)
  }
  const what = red.every(({about}) => isOfLibrary(about)) ? 'its library' : 'its downloads'
  return frozen(ARR_UNWELL, {checks}, `Its Arr has to see ${what} again: ${named} is red there.`)
}

function isOfLibrary(about: ArrCheck['about']): boolean {
  return about !== undefined && 'folders' in about
}

/** What is not complete has nothing in any library, and nothing yet that its Arr would have to find where it was put. */
function isOfComplete({source, about}: Pick<ArrCheck, 'source' | 'about'>): boolean {
  return isOfLibrary(about) || source === 'RemotePathMappingCheck'
}

function mayBeComplete(item: DecisionItem): boolean {
  return valueOf(item, 'complete') !== false
}

function frozen(code: string, detail: Readonly<Record<string, unknown>>, lift: string): Objection {
  return {verdict: 'postpone', code, detail, lift}
}

/** A server that keeps refusing is left alone for a while. */
export const failures: DecisionGuard = {
  name: 'failures',
  guards: ({action, decision}) => action.class !== 'harmless' && decision.subject.serverId !== null,
  look({server}) {
    if (server.failures < MOST_FAILURES) return null
    const detail = {failures: server.failures, most: MOST_FAILURES}
    return frozen('failures', detail, 'Ten minutes after its commands failed.')
  },
}
