import {useMutation} from '@tanstack/react-query'
import {X} from 'lucide-react'
import {testArr, type Arr} from '../../api/arrs.ts'
import {text} from '../../i18n/text.ts'
import {announce} from '../../ui/announce.ts'
import {Badge} from '../../ui/Badge.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {Note} from '../../ui/Note.tsx'
import {healthLook} from './arr-health.ts'

/** What came of trying an Arr, until it is put away. */
export function ArrTestLine({test, className}: {test: ArrTestState; className?: string | undefined}) {
  if (test.isBusy) {
    return <p className={`text-12 text-text-3 ${className ?? ''}`}>{text('server.action.trying')}</p>
  }
  if (test.result === null) return null
  return (
    <Note
      tone={test.result.isWell ? 'good' : 'bad'}
      isNews
      className={className}
      action={<IconButton label={text('dialog.close')} icon={X} size="small" onClick={test.dismiss} />}
    >
      {test.result.words}
    </Note>
  )
}

interface ArrTestState {
  readonly run: () => void
  readonly isBusy: boolean
  /** What came of it, in words; `null` = not tried, or put away. */
  readonly result: {readonly isWell: boolean; readonly words: string} | null
  readonly dismiss: () => void
}

/** Tries an Arr now, with its result in place. */
export function useArrTest(id: string): ArrTestState {
  const trying = useMutation({
    mutationFn: () => testArr(id),
    onSuccess: ({app, version}) => announce(text('arr.tested', {app, version})),
  })
  const {data, error} = trying
  return {
    run: () => trying.mutate(),
    isBusy: trying.isPending,
    result: error
      ? {isWell: false, words: error.message}
      : data
        ? {isWell: true, words: text('arr.tested', {app: data.app, version: data.version})}
        : null,
    dismiss: trying.reset,
  }
}

/** How an Arr does, in a word with a shape. */
export function ArrHealthBadge({arr}: {arr: Arr}) {
  const {word, tone, icon} = healthLook(arr)
  return (
    <Badge tone={tone} icon={icon}>
      {text(word)}
    </Badge>
  )
}
