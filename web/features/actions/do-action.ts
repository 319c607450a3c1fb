/** Does one of `actions.ts` to a target: sends it, copies it, or opens the dialog that asks. */
import {exportedTorrent, trackerUrls} from '../../api/actions.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {count as written} from '../../ui/format.ts'
import {saveFile} from '../../lib/save-file.ts'
import {writeClipboard} from '../../ui/write-clipboard.ts'
import {allStopped} from './action-entries.ts'
import {counted} from './action-words.ts'
import {actions, type ActionDefinition, type ActionName, type CopyKind} from './actions.ts'
import {openActionDialog} from './action-dialogs.ts'
import {selectedFacts, switched, type SelectedFact, type SelectedFacts} from './selected-facts.ts'
import {figuresNow, magnetOf, type ActionTarget} from './target.ts'
import {showUnsent} from './results.ts'
import {act, isInVain, unsent, wordsOf} from './run-action.ts'

export async function doAction(name: ActionName, target: ActionTarget): Promise<void> {
  const {does, verb}: ActionDefinition = actions[name]
  if (does.kind === 'dialog') openActionDialog(does.dialog, target)
  else if (does.kind === 'copy') await copyTorrents(does.copy, await selectedFacts(target))
  else if (does.kind === 'export') await exportTorrents(await selectedFacts(target))
  else if (does.kind === 'start or stop') await startOrStop(target)
  else if (does.kind === 'switch') {
    const on = switched(await selectedFacts(target), does.column) !== true
    await act(target, {verb: verb!, args: {on}})
  } else await act(target, {verb: verb!, ...(does.args && {args: does.args})})
}

/** Starts them when all are stopped; else whatever runs is stopped. */
async function startOrStop(target: ActionTarget): Promise<void> {
  try {
    const figures = await figuresNow(target)
    await act(target, {verb: allStopped(figures) ? 'start' : 'stop'})
  } catch (error) {
    unsent(text('action.start-or-stop'), error, () => void startOrStop(target))
  }
}

/** What of the chosen torrents is taken elsewhere: names, hashes, links, folders, .torrent files. */
async function copyTorrents(kind: CopyKind, facts: SelectedFacts): Promise<void> {
  const {rows, count} = facts
  const isFew = rows.length <= TRACKERS_OF
  const lines = await Promise.all(rows.map((it) => lineOf(kind, it, isFew)))
  const filled = lines.filter((line) => line !== '')
  if (filled.length === 0) return void toast({tone: 'warn', text: text('copy.nothing')})
  try {
    await writeClipboard(filled.join('\n'))
    const copied = counted(copiedKeys[kind], filled.length)
    const missing = [
      ...(count > rows.length ? [text('copied.not-all', {all: written(count)})] : []),
      ...(kind === 'magnet' && !isFew ? [text('copied.no-trackers')] : []),
    ]
    toast({tone: missing.length > 0 ? 'warn' : 'good', text: [copied, ...missing].join('. ')})
  } catch {
    toast({tone: 'warn', text: text('copy.refused')})
  }
}

const copiedKeys = {
  name: 'copied.name',
  hash: 'copied.hash',
  magnet: 'copied.magnet',
  path: 'copied.path',
} as const

async function lineOf(kind: CopyKind, fact: SelectedFact, isFew: boolean): Promise<string> {
  if (kind === 'name') return String(fact.of.name ?? '')
  if (kind === 'hash') return fact.infoHash
  if (kind === 'path') return String(fact.of.content_path ?? fact.of.save_path ?? '')
  return magnet(fact, isFew)
}

/** The trackers of each torrent are asked for by itself: of more the links are copied without. */
const TRACKERS_OF = 50

async function magnet(fact: SelectedFact, isFew: boolean): Promise<string> {
  const {info_hash_v1: v1, info_hash_v2: v2, is_private: isPrivate, name} = fact.of
  const open = isFew && isPrivate === false
  const key = {server_id: fact.serverId, info_hash: fact.infoHash}
  return magnetOf({
    v1: typeof v1 === 'string' ? v1 : typeof v2 === 'string' ? null : fact.infoHash,
    v2: typeof v2 === 'string' ? v2 : null,
    name: String(name ?? ''),
    trackers: open ? await trackerUrls(key).catch(() => []) : [],
  })
}

/** One file after the other; what cannot be had is told together. */
async function exportTorrents(facts: SelectedFacts): Promise<void> {
  const faults: string[] = []
  if (facts.count > facts.rows.length) {
    toast({tone: 'warn', text: text('export.not-all', {count: facts.rows.length, all: written(facts.count)})})
  }
  const maybeLater: SelectedFact[] = []
  for (const row of facts.rows) {
    const {serverId, infoHash, of} = row
    try {
      saveFile(
        await exportedTorrent({server_id: serverId, info_hash: infoHash}),
        `${String(of.name)}.torrent`,
      )
    } catch (error) {
      faults.push(`${String(of.name)}: ${wordsOf(error)}`)
      if (!isInVain(error)) maybeLater.push(row)
    }
  }
  if (faults.length === 0) return
  showUnsent({
    title: counted('export.failed', faults.length),
    words: faults.join(' '),
    again: maybeLater.length === 0 ? null : () => void exportTorrents({...facts, rows: maybeLater}),
  })
}
