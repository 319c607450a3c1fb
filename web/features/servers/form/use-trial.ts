import {useEffect, useRef, useState} from 'react'
import {NoAnswer, Problem} from '../../../api/problem.ts'
import {tryServer, type Server, type ServerTrial, type ServerTryBody} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {faultsOf, type FormFaults} from './form-faults.ts'
import {hasTypedSecret, knockOf, tryOf, type ServerForm} from './server-form.ts'
import {isForeign, needsLogIn, otherWays, twinsOf, type OtherWay} from './trial-findings.ts'
import type {ServerFormState} from './use-server-form.ts'

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

  const ask = async (body: ServerTryBody, isKnock: boolean) => {
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
    if (!isKnock || result.state !== 'done' || !isForeign(result.trial)) return
    const other = await answering(form, (way) => knockAt(way, control.signal))
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
