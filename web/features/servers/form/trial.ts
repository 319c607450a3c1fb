/** A test of how a server is reached, and what it found. */
import {useEffect, useRef, useState} from 'react'
import {clientKinds, hasField, serverKinds} from '#clients/kinds/kinds.ts'
import {NoAnswer, Problem} from '../../../api/problem.ts'
import {tryServer, type Server, type ServerTrial, type ServerTryBody} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {bytes, count, written} from '../../../ui/format.ts'
import {milliseconds} from '../server-words.ts'
import {isSamePlace, understand, type Understood} from './address.ts'
import {faultsOf, type FormFaults, type ServerFormState} from './use-server-form.ts'
import {hasTypedSecret, knockOf, tryOf, type ServerForm} from './server-form.ts'

/**
 * What a test found, line by line: what works, and what will hurt later. When something else answers at an address:
 * what it could be, to be knocked at and then offered.
 */
export interface Finding {
  readonly id: string
  readonly tone: 'good' | 'warn' | 'bad'
  readonly words: string
  readonly more?: string
}

const SCARCE_BYTES = 10 * 1024 ** 3

/** @param isKnock nobody logged in: a refused log-in only says that one is needed */
export function trialFindings(
  trial: ServerTrial,
  isKnock: boolean,
  {kind, username, usesKey}: Pick<ServerForm, 'kind' | 'username' | 'usesKey'>,
): readonly Finding[] {
  if (!trial.ok) {
    if (isKnock && needsLogIn(trial)) {
      return [{id: 'log-in', tone: 'good', words: text('server.trial.asks-log-in')}]
    }
    const {advice, detail} = trial
    return [{id: 'cause', tone: 'bad', words: advice, ...(detail !== '' && {more: `“${detail}”`})}]
  }
  const entered = usesKey
    ? text('server.trial.by-key')
    : !hasField(kind, 'username') && !isKnock
      ? text('server.trial.by-password')
      : username.trim() === '' || isKnock
        ? text('server.trial.open')
        : text('server.trial.signed-in', {name: username.trim()})
  return [
    {
      id: 'in',
      tone: 'good',
      words: entered,
      ...(trial.latency_ms !== null && {more: milliseconds(trial.latency_ms)}),
    },
    trial.torrents === null
      ? {id: 'torrents', tone: 'good', words: text('server.trial.uncounted')}
      : {
          id: 'torrents',
          tone: 'good',
          words: text('server.trial.torrents', {count: trial.torrents, shown: count(trial.torrents)}),
        },
    ...spaceFindings(trial.free_space),
    ...(trial.reason === 'none' ? [] : [{id: 'less', tone: 'warn' as const, words: trial.advice}]),
  ]
}

/** It is the right program at the right place; it only wants to know who comes. */
export function needsLogIn({reason}: Pick<ServerTrial, 'reason'>): boolean {
  return reason === 'wrong_credentials'
}

function spaceFindings(free: number | null): readonly Finding[] {
  if (free === null) return []
  const words = text('server.trial.space', {space: written(bytes(free))})
  return [{id: 'space', tone: free < SCARCE_BYTES ? 'warn' : 'good', words}]
}

/** What is known without asking anybody. @param twins names of servers that are the same one */
export function formFindings(
  form: Pick<ServerForm, 'skipVerify' | 'password' | 'username'>,
  understood: Understood,
  twins: readonly string[],
): readonly Finding[] {
  const found: Finding[] = []
  const warn = (id: string, words: string) => found.push({id, tone: 'warn', words})
  if (twins.length > 0) warn('same', text('server.warn.same', {name: twins.join(', ')}))
  if (understood.url.startsWith('scgi:')) warn('scgi', text('server.warn.scgi'))
  else if (understood.isOpen) warn('open', text('server.warn.open'))
  if (form.skipVerify) warn('verify', text('server.warn.verify'))
  return found
}

/**
 * Names of servers that lead there already: seen here at once, and by who tried it, who knows every spelling.
 * @param others servers in sight, but for this one @param trial of just this address; `null` = none
 */
export function twinsOf(
  {kind}: Pick<ServerForm, 'kind'>,
  understood: Understood,
  others: readonly Pick<Server, 'server_name' | 'server_type' | 'url'>[],
  trial: Pick<ServerTrial, 'known'> | null,
): readonly string[] {
  const seen = others.filter((it) => it.server_type === kind && isSamePlace(it.url, understood.url))
  return [...new Set([...seen, ...(trial?.known ?? [])].map(({server_name: name}) => name))]
}

/** The same place, asked in another way. */
export type OtherWay = Pick<ServerForm, 'kind' | 'address'>

/** Somebody answered, and not as this kind does. */
const foreign: ReadonlySet<string> = new Set([
  'not_a_torrent_server',
  'wrong_path',
  'server_error',
  'garbled_answer',
  'cut_answer',
  'host_rejected',
  'connection_reset',
])

export function isForeign({ok, reason}: Pick<ServerTrial, 'ok' | 'reason'>): boolean {
  return !ok && foreign.has(reason)
}

/** Every other kind; also behind a web server where a bare host and port mean SCGI. Nothing twice. */
export function otherWays({kind, address}: OtherWay): readonly OtherWay[] {
  const typed = address.trim()
  const ways = serverKinds.flatMap((other) => {
    const {takesScgi} = clientKinds[other].address
    const isBare = takesScgi && understand(typed, other)?.url.startsWith('scgi://') === true
    const asWeb = {kind: other, address: `http://${typed.replace(/^scgi:\/\//, '')}`}
    return isBare ? [asWeb, {kind: other, address: typed}] : [{kind: other, address: typed}]
  })
  return ways.filter((way) => way.kind !== kind || way.address !== typed)
}

export type Trial =
  | {readonly state: 'idle'}
  | {readonly state: 'running'}
  /** `isKnock`: nobody logged in, so that a refused log-in is no mistake. */
  | {
      readonly state: 'done'
      readonly trial: ServerTrial
      readonly isKnock: boolean
      /** As what it does answer. */
      readonly other?: OtherWay
    }
  | {readonly state: 'refused'; readonly words: string; readonly faults: FormFaults}

export interface TrialState {
  readonly trial: Trial
  /** What was asked is what the form says now. */
  readonly isCurrent: boolean
  /** Names of servers that are the same one. */
  readonly twins: readonly string[]
  /** Now, log-in included. */
  readonly test: () => void
  /** Somebody left a field of the way in: what he typed there is tried, once. */
  readonly leave: () => void
  /** Takes what was offered; with what was typed of a log-in it is tried at once. */
  readonly take: (other: OtherWay) => void
}

const AFTER_TYPING_MS = 600

/**
 * Tests while somebody types: the address without logging in, a moment after the last key; user and password when
 * their field is left, each of them once, because daemons lock out who guesses.
 *
 * @param others servers in sight, but for this one
 */
export function useTrial(state: ServerFormState, others: readonly Server[]): TrialState {
  const {form, before, understood, isAdministrator} = state
  const [trial, setTrial] = useState<Trial>({state: 'idle'})
  const [askedKey, setAskedKey] = useState('')
  const tried = useRef(new Set<string>())
  const knocks = useRef(new Map<string, Trial>())
  const running = useRef<AbortController | null>(null)

  // Tests are counted: at one address, in one way, nobody knocks twice.
  const knockAt = async (body: ServerTryBody, signal: AbortSignal) => {
    const key = JSON.stringify(body)
    const known = knocks.current.get(key)
    if (known !== undefined) return known
    const result = await resultOf(body, true, signal)
    if (result.state === 'done') knocks.current.set(key, result)
    return result
  }

  const ask = async (body: ServerTryBody, isKnock: boolean, of = form) => {
    running.current?.abort()
    const control = new AbortController()
    running.current = control
    const key = JSON.stringify(body)
    tried.current.add(key)
    setAskedKey(key)
    setTrial({state: 'running'})
    const result = await (isKnock ? knockAt(body, control.signal) : resultOf(body, false, control.signal))
    if (control.signal.aborted) return
    setTrial(result)
    if (result.state !== 'done' || !isForeign(result.trial)) return
    const other = await answering(of, (way) => knockAt(way, control.signal))
    if (other !== null && !control.signal.aborted) setTrial({...result, other})
  }
  useEffect(() => () => running.current?.abort(), [])

  const knock = knockOf(form)
  const whole = tryOf(form, before, isAdministrator)
  const knockKey = JSON.stringify(knock)
  const wholeKey = JSON.stringify(whole)
  const isMoved = before === null || before.form.address !== form.address || before.form.kind !== form.kind
  const canKnock = understood !== null && isMoved && !hasTypedSecret(form)
  useEffect(() => {
    if (!canKnock || tried.current.has(knockKey)) return
    const timer = setTimeout(() => void ask(knock, true), AFTER_TYPING_MS)
    return () => clearTimeout(timer)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the key says what is asked
  }, [canKnock, knockKey])

  const leave = () => {
    const namesUser = form.username.trim() !== '' || hasTypedSecret(form)
    if (
      understood === null ||
      !namesUser ||
      wholeKey === emptyPatch(before?.id) ||
      tried.current.has(wholeKey)
    )
      return
    // Half of a log-in would be a wrong one.
    if (form.username.trim() !== '' && !hasTypedSecret(form) && form.password.state === 'none') return
    // While the focus is on its way a dialog takes it for lost when something in it goes: not before it has arrived.
    setTimeout(() => void ask(whole, false))
  }
  const isCurrent = trial.state === 'idle' || askedKey === knockKey || askedKey === wholeKey
  const answer = trial.state === 'done' && isCurrent ? trial.trial : null
  return {
    trial,
    isCurrent,
    twins: understood === null ? [] : twinsOf(form, understood, others, answer),
    test: () => void ask(whole, false),
    leave,
    take: (other) => {
      state.set(other)
      const taken = {...form, ...other}
      if (hasTypedSecret(form)) void ask(tryOf(taken, before, isAdministrator), false, taken)
    },
  }
}

function emptyPatch(id: string | undefined): string {
  return JSON.stringify({id})
}

/** The first way in which it answers without a fault, or asks who comes; `null` = none, or there were too many tests. */
async function answering(
  form: ServerForm,
  knockAt: (body: ServerTryBody) => Promise<Trial>,
): Promise<OtherWay | null> {
  for (const way of otherWays(form)) {
    const result = await knockAt(knockOf({...form, ...way}))
    if (result.state !== 'done') return null
    if (result.trial.ok || needsLogIn(result.trial)) return way
  }
  return null
}

async function resultOf(body: ServerTryBody, isKnock: boolean, signal: AbortSignal): Promise<Trial> {
  try {
    return {state: 'done', trial: await tryServer(body, signal), isKnock}
  } catch (error) {
    const faults = error instanceof Error ? faultsOf(error) : {fields: {}, whole: null}
    return {state: 'refused', words: wordsOf(error), faults}
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof Problem && error.code === 'too_many_attempts') {
    return text('server.trial.too-many', {seconds: error.retryAfter ?? 60})
  }
  if (error instanceof Problem || error instanceof NoAnswer) return error.message
  return String(error)
}
