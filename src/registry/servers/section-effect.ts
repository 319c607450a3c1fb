/**
 * What a change of the file costs, from the configuration as it is and as it would be. Source: what `app/serve.ts`,
 * `links/links.ts` and `automation/supervision/managers.ts` do with a configuration; qBitrr has more.
 */
import type {Config} from '#config/config.ts'
import {diffServers, sameValue} from '#config/schema/diff-servers.ts'

/** link: of the server. managers: all of them. program: it holds from its next start on. */
export const restartable = ['link', 'managers', 'program'] as const

export interface SectionEffect {
  /** false = nothing is different. */
  readonly changes: boolean
  /** What begins again; everything else goes on with what is in force at the next look. */
  readonly restarts: readonly (typeof restartable)[number][]
  /** The manager of torrents without an Arr: it is needed from now on, or by managed categories no longer. */
  readonly fleetManager: 'begins' | 'ends' | null
  /** How much of disks stays free by then, where that changes; `null` = it does not. */
  readonly freeSpace: FreeSpaceKept | null
}

/** `FreeSpace` and `AutoPauseResume`. */
export interface FreeSpaceKept {
  /** Bytes; `null` = nobody watches over it. */
  readonly keep: number | null
  readonly mayStop: boolean
}

export function sectionEffect(before: Config, after: Config): SectionEffect {
  const [was, is] = [managesAny(before), managesAny(after)]
  const {changed} = diffServers(before.servers, after.servers)
  const asked: readonly [(typeof restartable)[number], boolean][] = [
    ['link', changed.length > 0],
    ['managers', before.settings.LoopSleepTimer !== after.settings.LoopSleepTimer],
    ['program', before.settings.Logging !== after.settings.Logging],
  ]
  return {
    changes: !sameValue(meant(before), meant(after)),
    restarts: asked.flatMap(([what, isAsked]) => (isAsked ? [what] : [])),
    fleetManager: was === is ? null : is ? 'begins' : 'ends',
    freeSpace: sameValue(keptFree(before), keptFree(after)) ? null : keptFree(after),
  }
}

function keptFree({settings: {FreeSpace: keep, AutoPauseResume: mayStop}}: Config): FreeSpaceKept {
  return {keep, mayStop}
}

/** `said` too: what is said at all counts for limits, even if it says what is usual. */
function meant({settings, servers, serverRules, said}: Config): unknown {
  return {settings, servers, said: [...said].toSorted(), rules: Object.fromEntries(serverRules)}
}

function managesAny({serverRules}: Config): boolean {
  return [...serverRules.values()].some(({ManagedCategories}) => ManagedCategories.length > 0)
}
