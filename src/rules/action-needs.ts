/**
 * Which rights an action takes of whoever makes, changes, resumes or confirms a rule that has it, and of whoever says
 * yes to it. A new action does not compile without its line.
 */
import type {Permission} from '#model/access.ts'
import type {ActionName, RuleAction} from '#model/rule.ts'

const looks: readonly Permission[] = ['read']
const commands: readonly Permission[] = ['control']
/** It brings a torrent to another server. */
const adds: readonly Permission[] = ['control', 'add']
/** It starts programs here, or touches files that may be anybody's. */
const administers: readonly Permission[] = ['admin']

export const actionNeeds: Readonly<Record<ActionName, readonly Permission[]>> = {
  notify: looks,
  note: looks,
  skip: looks,
  reannounce: commands,
  'arr.refresh': commands,
  'arr.rssSync': commands,
  tag: commands,
  untag: commands,
  category: commands,
  stop: commands,
  start: commands,
  forceStart: commands,
  queue: commands,
  limits: commands,
  filePriority: commands,
  recheck: commands,
  superSeed: commands,
  sequential: commands,
  'tracker.add': commands,
  'tracker.remove': commands,
  'tracker.replace': commands,
  move: commands,
  copyTo: adds,
  quarantine: commands,
  'arr.search': commands,
  'arr.monitor': commands,
  'arr.profile': commands,
  'arr.import': commands,
  'arr.blocklist': commands,
  'arr.queueRemove': commands,
  recycle: commands,
  'extraFiles.recycle': commands,
  remove: commands,
  removeWithData: commands,
  failDownload: commands,
  'orphan.recycle': administers,
  'orphan.delete': administers,
  purge: commands,
  exec: administers,
}

/** The same for what it says: a move to another server adds the torrent there. */
export function needsOf({action, params}: Pick<RuleAction, 'action' | 'params'>): readonly Permission[] {
  return targetOf({params}) === null ? actionNeeds[action] : adds
}

/** It is done by an Arr. */
export function isOfArr({action}: Pick<RuleAction, 'action'>): boolean {
  return action.startsWith('arr.') || action === 'failDownload'
}

/** The other server that an action names; `null` = it stays where it is. */
export function targetOf({params}: Pick<RuleAction, 'params'>): string | null {
  const {server} = params
  return typeof server === 'string' ? server : null
}
