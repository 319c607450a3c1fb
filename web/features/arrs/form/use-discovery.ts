import {useEffect, useRef, useState} from 'react'
import {discoverArr, type ArrDiscovery} from '../../../api/arrs.ts'
import {Problem} from '../../../api/problem.ts'
import {text} from '../../../i18n/text.ts'
import {isWholeKey, type ArrForm} from './arr-form.ts'

export type Asked =
  | {readonly state: 'idle'}
  | {readonly state: 'running'}
  | {readonly state: 'done'; readonly found: ArrDiscovery}
  | {readonly state: 'refused'; readonly words: string}

export interface DiscoveryState {
  readonly asked: Asked
  /** What was asked is what the form says now. */
  readonly isCurrent: boolean
  /** Something is there to be asked. */
  readonly canAsk: boolean
  /** Now. */
  readonly ask: () => void
  /** Somebody left a field of the way in: what he typed there is tried, once. */
  readonly leave: () => void
}

const AFTER_TYPING_MS = 600

/**
 * Asks an Arr everything with one key, as soon as the key is whole: 600 ms after the last stroke, each pair of address
 * and key once.
 *
 * @param id of one that is here: untouched, it is asked with the key that it has
 */
export function useDiscovery(
  {address, key, skipVerify}: ArrForm,
  before: {readonly id: string; readonly form: ArrForm} | null,
  onFound: (found: ArrDiscovery) => void,
): DiscoveryState {
  const [asked, setAsked] = useState<Asked>({state: 'idle'})
  const [askedFor, setAskedFor] = useState('')
  const tried = useRef(new Set<string>())
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])

  const body = bodyOf({address, key, skipVerify}, before)
  const wanted = JSON.stringify(body)
  const ask = async () => {
    if (body === null) return
    running.current?.abort()
    const control = new AbortController()
    running.current = control
    tried.current.add(wanted)
    setAskedFor(wanted)
    setAsked({state: 'running'})
    const result = await resultOf(body, control.signal)
    if (control.signal.aborted) return
    setAsked(result)
    if (result.state === 'done') onFound(result.found)
  }
  const isReady = body !== null && 'url' in body && isWholeKey(body.api_key)
  useEffect(() => {
    if (!isReady || tried.current.has(wanted)) return
    const timer = setTimeout(() => void ask(), AFTER_TYPING_MS)
    return () => clearTimeout(timer)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the text says what is asked
  }, [isReady, wanted])
  return {
    asked,
    isCurrent: asked.state === 'idle' || askedFor === wanted,
    canAsk: body !== null,
    ask: () => void ask(),
    leave: () => {
      const isNew = body !== null && 'url' in body && !tried.current.has(wanted)
      // While the focus is on its way a dialog takes it for lost when something in it goes.
      if (isNew) setTimeout(() => void ask())
    },
  }
}

type Body = Parameters<typeof discoverArr>[0]

function bodyOf(
  {address, key, skipVerify}: Pick<ArrForm, 'address' | 'key' | 'skipVerify'>,
  before: {readonly id: string; readonly form: ArrForm} | null,
): Body | null {
  const [url, typed] = [address.trim(), key.typed.trim()]
  const isAsBefore = before !== null && url === before.form.address && skipVerify === before.form.skipVerify
  if (isAsBefore && typed === '' && !key.erase && key.state === 'set') return {id: before.id}
  return url === '' || typed === ''
    ? null
    : {url: withScheme(url), api_key: typed, skip_tls_verify: skipVerify}
}

/** A bare host is reached openly, as it will be once it is saved. */
function withScheme(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `http://${url}`
}

async function resultOf(body: Body, signal: AbortSignal): Promise<Asked> {
  try {
    return {state: 'done', found: await discoverArr(body, signal)}
  } catch (error) {
    return {state: 'refused', words: wordsOf(error)}
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof Problem && error.code === 'too_many_attempts') {
    return text('arr.found.too-many', {seconds: error.retryAfter ?? 60})
  }
  return error instanceof Error ? error.message : String(error)
}
