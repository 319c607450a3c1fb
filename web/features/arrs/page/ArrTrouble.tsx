import {Link} from '@tanstack/react-router'
import {takeOverArr, type Arr} from '../../../api/arrs.ts'
import {text} from '../../../i18n/text.ts'
import {Note} from '../../../ui/Note.tsx'
import {TextButton, textLinkClass} from '../../../ui/TextButton.tsx'
import {useSending} from '../../../ui/use-sending.ts'
import {openArrDialog} from '../arr-dialogs.ts'
import {arrHealth, cureField, troubleOf} from '../arr-health.ts'

/** What stands in the way of an Arr, and the one next step; nothing while all is well. */
export function ArrTrouble({arr, className}: {arr: Arr; className?: string | undefined}) {
  const words = troubleOf(arr)
  if (words === '') return arr.other_instance ? <OtherInstance arr={arr} className={className} /> : null
  return (
    <Note
      tone={arrHealth(arr) === 'held' ? 'warn' : 'bad'}
      className={className}
      action={<NextStep arr={arr} />}
    >
      {words}
    </Note>
  )
}

/** Two that command one Arr: one of them waits until a person says which. */
function OtherInstance({arr, className}: {arr: Arr; className: string | undefined}) {
  const {send, isBusy, error} = useSending()
  const {instance = '', is_copy: isCopy = false} = arr.other_instance ?? {}
  return (
    <Note
      tone="warn"
      className={className}
      action={
        arr.access === 'own' && (
          <TextButton disabled={isBusy} onClick={() => void send(() => takeOverArr(arr.id))}>
            {text('arr.take-over')}
          </TextButton>
        )
      }
    >
      {isCopy ? text('arr.other.copy') : text('arr.other', {instance: instance.slice(0, 8)})} {error}
    </Note>
  )
}

function NextStep({arr}: {arr: Arr}) {
  const field = cureField(arr)
  const other = arr.obstacle?.with[0]
  if (arr.access !== 'own') {
    return other ? (
      <Link to="/library/arrs/$id" params={{id: other.id}} className={textLinkClass}>
        {text('arr.show', {name: other.name})}
      </Link>
    ) : null
  }
  if (field === null) return null
  return (
    <TextButton onClick={() => openArrDialog({name: 'edit', id: arr.id, focus: field})}>
      {text(`arr.cure.${field}`)}
    </TextButton>
  )
}
