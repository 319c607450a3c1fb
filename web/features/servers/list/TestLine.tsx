import {X} from 'lucide-react'
import {useCallback, useState} from 'react'
import type {LiveServer} from '#model/live.ts'
import {testServer, type ServerTest} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {announce} from '../../../ui/announce.ts'
import {count} from '../../../ui/format.ts'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Note} from '../../../ui/Note.tsx'
import {milliseconds} from '../server-words.ts'

/** What came of trying a server, until it is put away. */
export function TestLine({
  result,
  onDismiss,
  className,
}: {
  result: TestResult
  onDismiss: () => void
  className?: string | undefined
}) {
  if (result.state === 'running') {
    return <p className={`text-12 text-text-3 ${className ?? ''}`}>{text('server.action.trying')}</p>
  }
  const isWell = result.state === 'done' && result.test.ok
  return (
    <Note
      tone={isWell ? 'good' : 'bad'}
      isNews
      className={className}
      action={<IconButton label={text('dialog.close')} icon={X} size="small" onClick={onDismiss} />}
    >
      {words(result)}
    </Note>
  )
}

function words(result: Exclude<TestResult, {state: 'running'}>): string {
  if (result.state === 'refused') return result.words
  const {ok, latency_ms: latency, version, torrents, advice, detail} = result.test
  if (!ok) return [advice, detail === '' ? '' : `“${detail}”`].filter(Boolean).join(' ')
  return [
    text('server.tested.answers', {time: milliseconds(latency ?? 0)}),
    version === null ? '' : text('server.tested.version', {version}),
    torrents === null ? '' : text('server.tested.torrents', {count: torrents, shown: count(torrents)}),
  ]
    .filter(Boolean)
    .join(' ')
}

/** What came of trying a server: it runs, its answer, or that Commodarr itself refused (in words). */
export type TestResult =
  | {readonly state: 'running'}
  | {readonly state: 'done'; readonly test: ServerTest}
  | {readonly state: 'refused'; readonly words: string}

export interface ServerTests {
  readonly results: ReadonlyMap<string, TestResult>
  readonly run: (id: string) => Promise<void>
  readonly runAll: (servers: readonly LiveServer[]) => void
  readonly dismiss: (id: string) => void
}

const AT_A_TIME = 4

/** Tries of servers, each with its result in place. */
export function useServerTests(): ServerTests {
  const [results, setResults] = useState<ReadonlyMap<string, TestResult>>(new Map())
  const put = useCallback(
    (id: string, result: TestResult | null) =>
      setResults((known) => {
        const next = new Map(known)
        if (result === null) next.delete(id)
        else next.set(id, result)
        return next
      }),
    [],
  )
  const run = useCallback(
    async (id: string) => {
      put(id, {state: 'running'})
      const result = await resultOf(id)
      put(id, result)
    },
    [put],
  )
  const dismiss = useCallback((id: string) => put(id, null), [put])
  const runAll = (servers: readonly LiveServer[]) => {
    const waiting = servers
      .filter(({access, enabled}) => access !== 'view' && enabled)
      .map((it) => it.server_id)
    const next = async (): Promise<void> => {
      const id = waiting.shift()
      if (id === undefined) return
      await run(id)
      await next()
    }
    void Promise.all(Array.from({length: AT_A_TIME}, next)).then(() => announce(text('servers.tested')))
  }
  return {results, run, runAll, dismiss}
}

async function resultOf(id: string): Promise<TestResult> {
  try {
    return {state: 'done', test: await testServer(id)}
  } catch (error) {
    return {state: 'refused', words: error instanceof Error ? error.message : String(error)}
  }
}
