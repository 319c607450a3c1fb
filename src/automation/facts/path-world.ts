/** Files that nobody claims, as the last look found them, for who tries a rule before it stands. */
import type {Clock} from '#lib/clock.ts'
import type {OrphanHold, OrphanState, SparedReason} from '#model/orphans.ts'
import type {PathWorld} from '#registry/rules/previews.ts'
import {PreviewRun} from './rule-world.ts'
import type {OrphanRules} from '#orphans/orphan-rules.ts'
import type {PathSubject} from '#orphans/path-facts.ts'

export interface PathWorldParts {
  readonly listed: Pick<OrphanRules, 'readers' | 'subjects'>
  readonly state: () => OrphanState
  readonly clock: Clock
}

export function pathWorld({listed, state, clock}: PathWorldParts): PathWorld<PathSubject> {
  const {readers} = listed
  return {
    readersFor: () => readers,
    subjectsOn: () => listed.subjects(),
    guardsOf(rule, access) {
      const run = new PreviewRun(rule, access)
      return (decision, subject) =>
        run.keptBy(decision, {
          ...{key: null, now: clock.now(), server: ofNoServer},
          fact: (name) => readers.fact(name, null, subject),
        })
    },
    left() {
      const left = new Map<SparedReason | OrphanHold, number>()
      const {folders = [], spared = []} = state().report ?? {}
      const reasons = [...folders.flatMap(({held}) => held?.why ?? []), ...spared.map(({why}) => why)]
      for (const why of reasons) left.set(why, (left.get(why) ?? 0) + 1)
      return left
    },
  }
}

const ofNoServer = {
  ...{fullSyncs: undefined, epochFor: undefined, failures: 0, trackersFailing: undefined},
  ...{sinceInternetFault: null, movesUnderWay: 0, uncertainNeighbour: null},
}
