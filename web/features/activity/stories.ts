/** What the activity says of each entry, when it was, and how it is undone. */
import {
  activityKey,
  doRuleNow,
  waitWithRule,
  wholeStory,
  type ActivityWish,
  type Story,
  type StoryItem,
  type Waiting,
} from '../../api/activity.ts'
import {undoEntry} from '../../api/explanation.ts'
import {queries} from '../../api/queries.ts'
import {restoreFromTrash} from '../../api/trash.ts'
import {daysAway, wholeDay, withExactTimes} from '../../i18n/format-time.ts'
import {listed, text, textIfAny} from '../../i18n/text.ts'
import {toast, UNDO_MS} from '../../lib/toast.ts'
import {serverNow} from '../../live/clock.ts'
import {bytes, count as countWords, duration, written} from '../../ui/format.ts'
import {doneWords} from '../actions/action-words.ts'
import {retry, undoOfRule, undoOne, wordsOf} from '../actions/run-action.ts'
import {actionWords, whatWords} from '../explain/action-words.ts'

/** A story in words: what was done to what, and behind it why and how. Pure. The verbs of the wire never reach people. */
interface StoryWords {
  /** What was done, to what. */
  readonly strong: string
  /** Why and how; '' = there is nothing to say. */
  readonly rest: string
}

/** What the address calls things, for those that the page knows. */
export interface StoryNames {
  readonly arr: (id: string) => string | null
}

const NAMED = 3

/** @param now epoch ms */
export function storyWords(story: Story, names: StoryNames, now: number): StoryWords {
  return {strong: strongOf(story), rest: restOf(story, names, now)}
}

function strongOf(story: Story): string {
  const {verb, subject, outcomes, at, began_at: began, names, args} = story
  if (began !== null) {
    const time = written(duration((at - began) / 1_000))
    return text('story.offline', {name: names[0] ?? text('story.a-server'), time})
  }
  const what = whatOf(story)
  const action = inSentence(actionWords(verb))
  if (outcomes.failed || (outcomes.held && !isAutomatic(story)))
    return textIfAny(`story.not.${verb}.${subject}`, {what}) ?? text('story.not', {action, what})
  if (outcomes.held) return text('story.held', {action, what})
  if (outcomes.expired) return text('story.expired', {action, what})
  if (outcomes.simulated) return text('story.simulated', {action, what})
  if (subject === 'setting' && names[0] === 'observe')
    return text(args?.['to'] === false ? 'story.did.observe.ends' : 'story.did.observe.begins')
  if (verb === 'share' && subject === 'view') {
    const {to: whom} = args
    const key = typeof whom === 'string' ? whom : 'nobody'
    return textIfAny(`story.did.share.view.${key}`, {what}) ?? text('story.did.share', {what})
  }
  if (verb === 'share' && Array.isArray(args['users'])) return sharedWords(what, args)
  if (verb === 'renameFile' || verb === 'renameFolder' || verb === 'renameFiles') {
    const many = verb === 'renameFiles' ? renamedCount(args) : story.count
    return text(`story.did.${verb}`, {count: many, what: names[0] ?? manyOf('torrent', 1)})
  }
  const did = textIfAny(`story.did.${verb}.${subject}`, {what}) ?? textIfAny(`story.did.${verb}`, {what})
  return did ?? text('story.other', {action: actionWords(verb), what})
}

/** Of many files a list has the first. */
function renamedCount({files, files_omitted: omitted}: Story['args']): number {
  return (Array.isArray(files) ? files.length : 0) + (typeof omitted === 'number' ? omitted : 0)
}

/** With whom it is shared from then on. */
function sharedWords(what: string, {everyone, users}: Story['args']): string {
  const all = [...(typeof everyone === 'string' ? [text('story.everyone')] : []), ...(users as string[])]
  return all.length === 0
    ? text('story.did.share.ended', {what})
    : text('story.did.share.with', {what, whom: listed(all)})
}

/** Nobody asked for it: a rule, an Arr or Commodarr itself. */
function isAutomatic({origin}: Pick<Story, 'origin'>): boolean {
  return origin !== 'user' && origin !== 'api'
}

/** By name as many as can be read at a glance, else how many. */
function whatOf({
  names,
  count,
  verb,
  subject: about,
  servers,
}: Pick<Story, 'names' | 'count' | 'verb' | 'subject' | 'servers'>): string {
  const [first] = names
  const subject = about === 'arr' && ofDownloads.has(verb) ? 'download' : about
  if (names.length === 1 && count > 1) return text('story.times', {what: first!, count})
  // One server may have been the reason more than once.
  const things = subject === 'server' && servers.length > 0 ? servers.length : count
  if (first === undefined || (names.length === NAMED && things > NAMED)) return manyOf(subject, things)
  // What has the same name twice is not told apart by it.
  return names.length < things ? manyOf(subject, things) : listed(names)
}

/** Of an Arr, but done to a download in its queue, or one that comes. */
const ofDownloads: ReadonlySet<string> = new Set(['importAnyway', 'blocklist', 'ignore', 'grab'])

function manyOf(subject: string, count: number): string {
  const key = count === 1 ? `story.one.${subject}` : `story.many.${subject}`
  return textIfAny(key, {count}) ?? countWords(count)
}

function restOf(story: Story, {arr}: StoryNames, now: number): string {
  const {names, count, verb, message, reason, args, arr_id: arrId, bytes: size, outcomes} = story
  if (story.began_at !== null) return ''
  const isNot = Boolean(outcomes.failed ?? outcomes.held ?? outcomes.expired)
  const isMany = count > NAMED && names.length === NAMED
  const shown = names.slice(0, NAMED - 1)
  const said = {verb, args: args as Record<string, never>, name: names[0] ?? null}
  const arrName = arrId === null ? null : arr(arrId)
  return [
    isNot || reason === null ? '' : (textIfAny(`story.because.${reason}`, {count}) ?? ''),
    isMany
      ? text('story.names-more', {names: listed(shown, 'unit'), count: countWords(count - shown.length)})
      : '',
    whatWords(said),
    (verb === 'imported' || verb === 'importAnyway') && arrName !== null
      ? text('story.into', {arr: arrName})
      : '',
    (verb === 'blocklist' || verb === 'ignore' || verb === 'grab') && arrName !== null
      ? text('story.in', {arr: arrName})
      : '',
    isNot || hasNoFiles(story) ? '' : (textIfAny(`story.how.${verb}`, {}) ?? ''),
    !isNot && size !== null && size > 0 && story.what === 'removed' ? written(bytes(size)) : '',
    message === null ? '' : withExactTimes(message, now),
    ...endsOf(story),
  ]
    .filter((it) => it !== '')
    .join(' · ')
}

/** What is not over, or not known. */
function endsOf({outcomes, count}: Pick<Story, 'outcomes' | 'count'>): readonly string[] {
  const {unconfirmed = 0, sent = 0, planned = 0, waiting = 0, declined = 0} = outcomes
  return [
    unconfirmed === 0
      ? ''
      : unconfirmed === count
        ? text('story.unconfirmed')
        : text('story.unconfirmed.some', {count: unconfirmed}),
    sent > 0 ? text('story.sent') : '',
    planned > 0 ? text('story.planned') : '',
    waiting > 0 ? text('story.waiting') : '',
    declined > 0 ? text('story.declined') : '',
  ]
}

/** Servers, Arrs, rules and users are removed by the verb of torrents, and have no files. */
function hasNoFiles({subject}: Pick<Story, 'subject'>): boolean {
  return subject !== 'torrent' && subject !== 'path'
}

/** Something in it did not work. */
export function hasFailed({outcomes, origin}: Pick<Story, 'outcomes' | 'origin'>): boolean {
  return outcomes.failed !== undefined || (outcomes.held !== undefined && !isAutomatic({origin}))
}

/** All of it was taken back. */
export function isUndone({outcomes, count}: Pick<Story, 'outcomes' | 'count'>): boolean {
  return outcomes.undone === count
}

/** "Move to the trash" within a sentence; what is written in capitals stays so. */
function inSentence(words: string): string {
  return /^\p{Lu}\p{Ll}/u.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : words
}

/** What happened, under the days on which it began, in the time zone of the browser. */
interface Happened {
  readonly at: number
}

interface Day<H> {
  /** "Today", or the day itself. */
  readonly title: string
  /** The day itself, where the title is a word for it; '' = it is the title. */
  readonly date: string
  readonly its: readonly H[]
}

/** @param all newest first @param now epoch ms */
export function byDay<H extends Happened>(all: readonly H[], now: number): readonly Day<H>[] {
  const days: (Day<H> & {readonly its: H[]})[] = []
  for (const one of all) {
    const date = wholeDay(one.at, now)
    const word = wordOf(daysAway(one.at, now))
    const title = word ?? date
    if (days.at(-1)?.title !== title) days.push({title, date: word === null ? '' : date, its: []})
    days.at(-1)!.its.push(one)
  }
  return days
}

function wordOf(days: number): string | null {
  if (days === 0) return text('activity.today')
  return days === -1 ? text('activity.yesterday') : null
}

// Takes back what a story did, all of it that can be taken back now or one item; and does again what did not work.

/** @param wish with which it was found */
export async function undoStory(story: Story, wish: ActivityWish): Promise<void> {
  const {action_id: action} = story.undo
  const items = action === null ? await itemsOf(story, wish) : []
  if (action === null) await undoItems(items)
  else await undoOne(action)
  if (story.what === 'replaced' && staysBlocked(items)) toast({text: text('activity.undo.replaced')})
  await changed()
}

/** What comes back is still on the blocklist of its Arr. */
export function staysBlocked(items: readonly StoryItem[]): boolean {
  return items.some(({undo}) => undo?.how === 'trash' && undo.unblock === null)
}

/** Its result is shown like that of every action. */
export async function retryStory(action: string): Promise<void> {
  await retry(action)
  await changed()
}

export async function undoItem(item: StoryItem): Promise<void> {
  await undoItems([item])
  await changed()
}

async function itemsOf({place}: Story, wish: ActivityWish): Promise<readonly StoryItem[]> {
  try {
    return (await wholeStory(wish, place)).items
  } catch (error) {
    toast({tone: 'bad', text: text('activity.undo.failed', {count: 1, why: wordsOf(error)})})
    return []
  }
}

async function undoItems(items: readonly StoryItem[]): Promise<void> {
  const ways = items.flatMap(({undo}) => undo ?? [])
  if (ways.length > 0) await undoAll(ways)
  else if (items.length > 0) toast({text: text('activity.undo.nothing')})
}

/** One after the other: each is a command of its own. What was refused is told with its reason. */
export async function undoAll(ways: readonly NonNullable<StoryItem['undo']>[]): Promise<void> {
  const [first] = ways
  // Alone it has a result of its own, which says what came back and what did not.
  if (ways.length === 1 && first?.how === 'journal') return undoOfRule(first.id)
  const faults: string[] = []
  let done = 0
  for (const {how, id, unblock} of ways) {
    try {
      await (how === 'trash' ? restoreFromTrash(id) : undoEntry(id))
      // It is back, whatever its Arr answers.
      done++
      if (unblock !== null) await undoEntry(unblock)
    } catch (error) {
      faults.push(wordsOf(error))
    }
  }
  if (done > 0) toast({tone: 'good', text: doneWords('undo', done)})
  if (faults.length === 0) return
  const why = [...new Set(faults)].join(' ')
  toast({tone: 'bad', text: text('activity.undo.failed', {count: faults.length, why})})
}

async function changed(): Promise<void> {
  await Promise.all(
    [activityKey, ['today'], ['timeline'], ['explanation']].map((queryKey) =>
      queries.invalidateQueries({queryKey: [...queryKey]}),
    ),
  )
}

/** What a rule waits with. It is put off, or acted on before its time, one after the other, as each is checked alone. */
type Timed = Pick<Waiting, 'torrents' | 'rule_id' | 'rule_name'>

/** With what could be put off, and an undo of that; what could not is told with its reason. */
export async function waitADay(timed: Timed): Promise<void> {
  const waits: string[] = []
  const faults = await each(timed, async (torrent, rule) => {
    const {id} = await waitWithRule(torrent, rule)
    waits.push(id)
  })
  if (waits.length > 0)
    toast({
      tone: 'good',
      text: text('next.waited', {count: waits.length, rule: timed.rule_name ?? ''}),
      undo: {until: serverNow() + UNDO_MS, run: () => void goOn(waits)},
    })
  if (faults.length > 0) toast({tone: 'bad', text: text('next.failed', {why: faults.join(' ')})})
}

/** The rule may act again at once. @param ids of the entries in the journal */
export async function goOn(ids: readonly string[]): Promise<void> {
  await undoAll(ids.map((id) => ({how: 'journal', id, unblock: null})))
  await queries.invalidateQueries({queryKey: ['activity']})
}

/** What comes of it is in its story. */
export async function doNow(timed: Timed): Promise<void> {
  const rule = timed.rule_name ?? ''
  let acts = 0
  let waits = 0
  const faults = await each(timed, async (torrent, id) => {
    const {outcome} = await doRuleNow(torrent, id)
    if (acting.has(outcome)) acts++
    else waits++
  })
  if (acts > 0) toast({tone: 'good', text: text('next.acts-now', {count: acts, rule})})
  if (waits > 0) toast({tone: 'info', text: text('next.acts-later', {count: waits, rule})})
  if (faults.length > 0) toast({tone: 'bad', text: text('next.not-now', {why: faults.join(' ')})})
}

const acting: ReadonlySet<string> = new Set(['due', 'nothingToDo'])

/** @returns why it was refused, each reason once */
async function each(
  {torrents, rule_id: rule}: Timed,
  work: (torrent: Timed['torrents'][number], rule: string) => Promise<void>,
): Promise<readonly string[]> {
  const faults = new Set<string>()
  for (const torrent of rule === null ? [] : torrents) {
    try {
      await work(torrent, rule!)
    } catch (error) {
      faults.add(wordsOf(error))
    }
  }
  return [...faults]
}
