/** What a rule asks of a torrent, as commands of its server. What has no command is refused, and says why. */
import type {WantedAction} from '#model/decision.ts'
import type {ActionName} from '#model/rule.ts'
import type {Limit} from '#model/torrent.ts'
import type {AnyTorrentCommand} from '../approve.ts'

export type Errand =
  | {readonly to: 'server'; readonly commands: readonly AnyTorrentCommand[]}
  | {readonly to: 'arr'}
  /** Stopped and marked for a time. */
  | {readonly to: 'quarantine'}
  /** Set aside with its files. */
  | {readonly to: 'trash'}
  | {readonly to: 'nobody'; readonly why: string}

const plain = {
  stop: 'stop',
  start: 'start',
  forceStart: 'forceStart',
  recheck: 'recheck',
  reannounce: 'reannounce',
  remove: 'remove',
  removeWithData: 'removeWithData',
} as const

const ofArrs: ReadonlySet<ActionName> = new Set<ActionName>([
  ...(['arr.refresh', 'arr.rssSync', 'arr.search', 'arr.monitor', 'arr.profile', 'arr.import'] as const),
  ...(['arr.blocklist', 'arr.queueRemove', 'failDownload'] as const),
])

export function errandOf({action, params}: WantedAction): Errand {
  if (action in plain) return server({verb: plain[action as keyof typeof plain], args: {}})
  if (ofArrs.has(action)) return {to: 'arr'}
  if (action === 'quarantine') return {to: 'quarantine'}
  if (action === 'recycle') return {to: 'trash'}
  switch (action) {
    case 'tag':
      return server({verb: 'addTags', args: {tags: params['names'] as string[]}})
    case 'untag':
      return server({verb: 'removeTags', args: {tags: params['names'] as string[]}})
    case 'category':
      return params['moveData'] === true
        ? nobody('A category with its data is not moved by rules yet.')
        : server({verb: 'setCategory', args: {category: params['name'] as string}})
    case 'queue':
      return server({verb: 'moveInQueue', args: {to: params['to'] as 'top'}})
    case 'superSeed':
      return server({verb: 'setSuperSeeding', args: {on: params['on'] as boolean}})
    case 'sequential':
      return server({verb: 'setSequential', args: {on: params['on'] as boolean}})
    case 'limits':
      return limits(params)
    case 'tracker.add':
      return server({verb: 'addTrackers', args: {tiers: (params['urls'] as string[]).map((url) => [url])}})
    case 'tracker.replace':
      return server({verb: 'editTracker', args: {from: params['from'] as string, to: params['to'] as string}})
    case 'tracker.remove':
      return nobody('Trackers are removed by their addresses, and this rule names hosts or messages.')
    default:
      return nobody(`Nobody does ${action} for rules yet.`)
  }
}

interface Limits {
  readonly down?: number | null | 'inherit'
  readonly up?: number | null | 'inherit'
  readonly ratio?: Limit
  readonly seedTime?: Limit
  readonly idle?: Limit
}

function limits({down, up, ratio, seedTime, idle}: Limits): Errand {
  // A torrent without a speed limit of its own is under that of its server.
  const own = (speed: number | null | 'inherit') => (speed === 'inherit' ? null : speed)
  const commands: AnyTorrentCommand[] = []
  if (down !== undefined || up !== undefined) {
    const args = {...(down !== undefined && {down: own(down)}), ...(up !== undefined && {up: own(up)})}
    commands.push({verb: 'setSpeedLimits', args})
  }
  if (ratio !== undefined || seedTime !== undefined || idle !== undefined)
    commands.push({verb: 'setShareLimits', args: {ratio, seedingTime: seedTime, idleTime: idle}})
  return {to: 'server', commands}
}

function server(command: AnyTorrentCommand): Errand {
  return {to: 'server', commands: [command]}
}

function nobody(why: string): Errand {
  return {to: 'nobody', why}
}
