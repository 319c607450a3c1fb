import {X} from 'lucide-react'
import {text} from '../../../i18n/text.ts'
import {count} from '../../../ui/format.ts'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Note} from '../../../ui/Note.tsx'
import type {TestResult} from '../list/use-server-tests.ts'
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
