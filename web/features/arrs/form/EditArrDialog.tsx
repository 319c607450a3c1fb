import {useQuery} from '@tanstack/react-query'
import {arrDefinitionQuery} from '../../../api/arrs.ts'
import {text} from '../../../i18n/text.ts'
import {Dialog} from '../../../ui/Dialog.tsx'
import {Note} from '../../../ui/Note.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import type {ArrField} from '../arr-dialogs.ts'
import {ArrDialog} from './ArrDialog.tsx'

/** The form with what the Arr is now. */
export function EditArrDialog({
  id,
  focus,
  onClose,
}: {
  id: string
  focus?: ArrField | undefined
  onClose: () => void
}) {
  const {data, error} = useQuery({...arrDefinitionQuery(id), refetchOnWindowFocus: false})
  if (data !== undefined) return <ArrDialog edited={data} focus={focus} onClose={onClose} />
  return (
    <Dialog open onOpenChange={onClose} size="l" title={text('arr.form.change')}>
      {error ? (
        <Note tone="bad">{error.message}</Note>
      ) : (
        <div className="grid gap-5">
          {['way', 'found', 'look'].map((row) => (
            <Skeleton key={row} height={32} />
          ))}
        </div>
      )}
    </Dialog>
  )
}
