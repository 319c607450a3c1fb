/** What an action does and did, in words. The verbs of the wire never reach people. */
import {text, type TextKey, type TextValues} from '../../i18n/text.ts'
import {count} from '../../ui/format.ts'
import type {HeldRemoval} from './delete/held-removals.ts'

const doing: Readonly<Record<string, TextKey>> = {
  start: 'verb.start',
  forceStart: 'verb.force-start',
  stop: 'verb.stop',
  recheck: 'verb.recheck',
  reannounce: 'verb.reannounce',
  remove: 'verb.delete',
  removeWithData: 'verb.delete',
  setLocation: 'verb.move',
  rename: 'verb.rename',
  renameFile: 'verb.rename',
  renameFiles: 'verb.rename-files',
  renameFolder: 'verb.rename',
  setCategory: 'verb.category',
  addTags: 'verb.tags',
  removeTags: 'verb.tags',
  setTags: 'verb.tags',
  setSpeedLimits: 'verb.limits',
  setShareLimits: 'verb.limits',
  moveInQueue: 'verb.queue',
  setPriority: 'verb.priority',
  addTrackers: 'verb.trackers',
  editTracker: 'verb.trackers',
  removeTrackers: 'verb.trackers',
  setSequential: 'action.sequential',
  setFirstLast: 'action.first-last',
  setSuperSeeding: 'action.super-seeding',
  setAutoManaged: 'action.auto-managed',
  copyTo: 'verb.copy-to',
  moveTo: 'verb.move-to',
  undo: 'verb.undo',
}

const done: Readonly<Record<string, TextKey>> = {
  start: 'acted.start',
  forceStart: 'acted.force-start',
  stop: 'acted.stop',
  recheck: 'acted.recheck',
  reannounce: 'acted.reannounce',
  remove: 'acted.delete',
  removeWithData: 'acted.delete',
  setLocation: 'acted.move',
  rename: 'acted.rename',
  renameFile: 'acted.rename',
  renameFiles: 'acted.rename-files',
  renameFolder: 'acted.rename',
  setCategory: 'acted.category',
  addTags: 'acted.tags',
  removeTags: 'acted.tags',
  setTags: 'acted.tags',
  setSpeedLimits: 'acted.limits',
  setShareLimits: 'acted.limits',
  moveInQueue: 'acted.queue',
  setPriority: 'acted.priority',
  addTrackers: 'acted.trackers',
  editTracker: 'acted.trackers',
  removeTrackers: 'acted.trackers',
  copyTo: 'acted.copy-to',
  moveTo: 'acted.move-to',
  undo: 'acted.undo',
}

/** "Stop", as the head of its results. */
export function verbWords(verb: string): string {
  return text(doing[verb] ?? 'verb.change')
}

/** "Stopped 12 torrents". */
export function doneWords(verb: string, many: number): string {
  return counted(done[verb] ?? 'acted.change', many)
}

/** A text with a number in it: the plural by `count`, the figure with separators as `{{shown}}`. */
export function counted(key: TextKey, many: number, values: TextValues = {}): string {
  return text(key, {...values, count: many, shown: count(many)})
}

/**
 * "Deleting 1 torrent: Big Buck Bunny", and what cannot: as many as the button said that was pressed.
 * @param isFound it was asked for elsewhere
 */
export function waitsWords({count, about: {name, outlook}}: HeldRemoval, isFound: boolean): string {
  const head = counted(isFound ? 'delete.waits.elsewhere' : 'delete.waits', outlook?.going ?? count)
  const words = name === undefined ? head : text('delete.waits.named', {words: head, name})
  if (!outlook) return words
  return [
    words,
    ...outlook.refused.map(({name: where, count: many}) => counted('delete.waits.refused', many, {where})),
    ...(outlook.kept > 0 ? [counted('delete.waits.stays', outlook.kept)] : []),
  ].join('; ')
}
