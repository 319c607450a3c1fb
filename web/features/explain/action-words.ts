/** What was done and what became of it, in words. The verbs of the wire never reach people. */
import {
  ArrowDownToLine,
  Ban,
  CircleCheck,
  CircleHelp,
  CircleX,
  Clock,
  Download,
  Eye,
  Hand,
  Hourglass,
  OctagonX,
  Plus,
  Undo2,
  type LucideIcon,
} from 'lucide-react'
import type {TimelineAction, Milestone} from '../../api/explanation.ts'
import {text, textIfAny} from '../../i18n/text.ts'
import {count} from '../../ui/format.ts'

/** "Stop, Add tags": of several together each. */
export function actionWords(verb: string): string {
  return verb.split('+').map(oneAction).join(', ')
}

/** With what it was done to: servers and Arrs come and go by the verbs of torrents. */
export function journalWords({
  subject,
  verb,
  name,
}: Pick<TimelineAction, 'subject' | 'verb' | 'name'>): string {
  // Without a name it was done to many torrents of a server.
  const own = name === null ? null : textIfAny(`entry.${verb}.${subject}`)
  return own ?? actionWords(verb)
}

/** With what it was done, where that is short: "films, new". '' = nothing to say beside the name of its torrent. */
export function whatWords({verb, args, name}: Pick<TimelineAction, 'verb' | 'args' | 'name'>): string {
  if (verb === 'renameFile' || verb === 'renameFolder') return renamedWords(args)
  if (verb === 'renameFiles') {
    const files = renamedFiles(args)
    return files.length === 1 && args['files_omitted'] === undefined ? files[0]! : ''
  }
  const said = args[sayings[verb] ?? '']
  const words = Array.isArray(said) ? said.filter((it) => typeof it === 'string').join(', ') : said
  return typeof words === 'string' && words !== name ? words : ''
}

/** Each file of an order that renamed several, with its new name. */
export function renamedFiles({files}: TimelineAction['args']): readonly string[] {
  return Array.isArray(files) ? files.map((it) => renamedWords(it as TimelineAction['args'])) : []
}

/** "01.flac → Track 01.flac": the last parts of the paths, or all of them when it moved to another folder. */
function renamedWords({from, to}: TimelineAction['args']): string {
  if (typeof from !== 'string' || typeof to !== 'string') return ''
  const cut = from.lastIndexOf('/') + 1
  const isSameFolder = to.startsWith(from.slice(0, cut)) && !to.slice(cut).includes('/')
  return isSameFolder ? `${from.slice(cut)} → ${to.slice(cut)}` : `${from} → ${to}`
}

/** Which argument says it. */
const sayings: Readonly<Record<string, string>> = {
  addTags: 'tags',
  removeTags: 'tags',
  setTags: 'tags',
  setCategory: 'category',
  setLocation: 'path',
  rename: 'name',
  moveInQueue: 'to',
  blocklist: 'title',
  ignore: 'title',
  importAnyway: 'title',
  'arr.blocklist': 'title',
  'arr.unblock': 'title',
  'arr.profile': 'profile',
  wait: 'rule',
  readFile: 'file',
  doNow: 'rule',
}

function oneAction(verb: string): string {
  // One that nobody wrote words for yet is better than none.
  return textIfAny(`entry.${verb}`) ?? verb
}

/** What kept a rule back, by the name that people know it by. */
export function guardWords(guard: string): string {
  return textIfAny(`guard.name.${guard}`) ?? guard
}

/** Why a rule is paused, with the figures of what stopped it. */
export function pausedWords({
  reason,
  detail,
}: {
  reason: string
  detail: Readonly<Record<string, unknown>>
}): string {
  const {what, name, torrents, most, population} = detail
  if (reason === 'commonCause' && typeof torrents === 'number') {
    const words = textIfAny(`paused.${String(what)}`, {torrents: count(torrents), name: String(name)})
    if (words !== null) return words
  }
  if (reason === 'maxShare' && typeof most === 'number' && typeof population === 'number')
    return text('paused.maxShare', {most: count(most), population: count(population)})
  return text('paused.other', {reason: guardWords(reason)})
}

/** "rule “Seeding done”", or the name of a person or of a part of Commodarr. */
export function actorWords({actor, origin}: Pick<TimelineAction, 'actor' | 'origin'>): string {
  return origin === 'rule' ? text('entries.by-rule', {name: actor}) : actor
}

/** What its server or an Arr tells of a torrent. @param arr the name of that Arr; `null` = not known */
export function milestoneWords(what: Milestone['what'], arr: string | null): string {
  return text(`milestone.${what}`, {arr: arr ?? text('milestone.an-arr')})
}

export const milestoneIcons: Readonly<Record<Milestone['what'], LucideIcon>> = {
  added: Plus,
  completed: CircleCheck,
  grabbed: Download,
  imported: ArrowDownToLine,
  failed: CircleX,
}

export const outcomeLooks: Readonly<
  Record<TimelineAction['outcome'], {readonly icon: LucideIcon; readonly colour: string}>
> = {
  planned: {icon: Clock, colour: 'text-text-3'},
  waiting: {icon: CircleHelp, colour: 'text-accent'},
  sent: {icon: Hourglass, colour: 'text-text-3'},
  done: {icon: CircleCheck, colour: 'text-st-seeding'},
  unconfirmed: {icon: CircleHelp, colour: 'text-st-stalled'},
  failed: {icon: OctagonX, colour: 'text-st-error'},
  held: {icon: Hand, colour: 'text-st-stalled'},
  simulated: {icon: Eye, colour: 'text-st-checking'},
  declined: {icon: CircleX, colour: 'text-text-3'},
  expired: {icon: Ban, colour: 'text-text-3'},
  undone: {icon: Undo2, colour: 'text-text-3'},
}
