import {X} from 'lucide-react'
import {text} from '../../../i18n/text.ts'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Note} from '../../../ui/Note.tsx'
import type {ArrTestState} from './use-arr-test.ts'

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
