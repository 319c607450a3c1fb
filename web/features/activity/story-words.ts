/** A story in words: what was done to what, and behind it why and how. Pure. The verbs of the wire never reach people. */
import type {Story} from '../../api/activity.ts'
import {locale, text, textIfAny} from '../../i18n/text.ts'
import {withExactTimes} from '../../i18n/format-time.ts'
import {bytes, count as countWords, duration, written} from '../../ui/format.ts'
import {deedWords, whatWords} from '../explain/action-words.ts'

export interface StoryWords {
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
  const {verb, subject, outcomes, at, began_at: began, names} = story
  if (began !== null) {
    const time = written(duration((at - began) / 1_000))
    return text('story.offline', {name: names[0] ?? text('story.a-server'), time})
  }
  const what = whatOf(story)
  const action = inSentence(deedWords(verb))
  if (outcomes.failed || (outcomes.held && !isAutomatic(story))) return text('story.not', {action, what})
  if (outcomes.held) return text('story.held', {action, what})
  if (outcomes.expired) return text('story.expired', {action, what})
  if (outcomes.simulated) return text('story.simulated', {action, what})
  const did = textIfAny(`story.did.${verb}.${subject}`, {what}) ?? textIfAny(`story.did.${verb}`, {what})
  return did ?? text('story.other', {action: deedWords(verb), what})
}

/** Nobody asked for it: a rule, an Arr or Commodarr itself. */
function isAutomatic({origin}: Pick<Story, 'origin'>): boolean {
  return origin !== 'user' && origin !== 'api'
}

/** By name as many as can be read at a glance, else how many. */
function whatOf({names, count, subject}: Pick<Story, 'names' | 'count' | 'subject'>): string {
  const [first] = names
  if (first === undefined || (names.length === NAMED && count > NAMED)) return manyOf(subject, count)
  if (names.length === 1 && count > 1) return text('story.times', {what: first, count})
  // What has the same name twice is not told apart by it.
  return names.length < count ? manyOf(subject, count) : listed(names)
}

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
    verb === 'imported' && arrName !== null ? text('story.into', {arr: arrName}) : '',
    isNot || isOfItself(story) ? '' : (textIfAny(`story.how.${verb}`, {}) ?? ''),
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
function isOfItself({subject}: Pick<Story, 'subject'>): boolean {
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

function listed(names: readonly string[], style: 'conjunction' | 'unit' = 'conjunction'): string {
  // No comma stands before “and”, as dates are written here.
  const language = locale() === 'en' ? 'en-GB' : locale()
  const look = style === 'unit' ? 'short' : 'long'
  return new Intl.ListFormat(language, {type: style, style: look}).format(names)
}
