import {useQuery} from '@tanstack/react-query'
import {useRef, useState} from 'react'
import {previewRemoval} from '../../api/actions.ts'
import {text} from '../../text/text.ts'
import {Field} from '../../ui/Field.tsx'
import {count} from '../../ui/format.ts'
import {Input} from '../../ui/Input.tsx'
import {RadioCards} from '../../ui/RadioCards.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {ActionDialogFrame} from './ActionDialogFrame.tsx'
import {chosenBody} from './chosen-body.ts'
import {counted} from './counted.ts'
import {freedWords} from './delete-words.ts'
import {DeleteList} from './DeleteList.tsx'
import {DeleteWarnings} from './DeleteWarnings.tsx'
import {isTyped, mustType, removable} from './removal.ts'
import {targetText, type ActionTarget} from './target.ts'
import {useActionForm} from './use-action-form.ts'

type Extent = 'all' | 'torrents'

const HOLD_SECONDS = 10

/** What goes, what stays, and what it means. Nothing is sent for ten seconds. */
export function DeleteDialog({target}: {target: ActionTarget}) {
  const form = useActionForm(target)
  const {data: preview, error} = usePreview(target)
  // There is no trash yet: nobody loses files by pressing Enter twice.
  const [extent, setExtent] = useState<Extent>('torrents')
  const [typed, setTyped] = useState('')
  const cancel = useRef<HTMLButtonElement>(null)
  const many = preview?.count ?? form.count
  const asksNumber = preview !== undefined && mustType(preview)
  const going = preview ? removable(preview, extent === 'all') : many
  const reason = reasonAgainst()
  return (
    <ActionDialogFrame
      form={{...form, fault: form.fault ?? (error ? error.message : null)}}
      title={counted('delete.title', many)}
      submitLabel={text('delete.button', {count: count(going)})}
      note={text('delete.undo')}
      isDanger
      cancelRef={cancel}
      disabledReason={reason}
      onSubmit={() =>
        void form.send([{verb: extent === 'all' ? 'removeWithData' : 'remove', holdSeconds: HOLD_SECONDS}])
      }
    >
      {preview ? <DeleteList preview={preview} /> : <Waiting />}
      <RadioCards<Extent>
        label={text('delete.extent')}
        value={extent}
        onChange={setExtent}
        options={[
          {
            value: 'all',
            label: text('delete.all'),
            hint: preview ? freedWords(preview) : text('delete.reading'),
          },
          {value: 'torrents', label: text('delete.torrents'), hint: text('delete.torrents.hint')},
        ]}
      />
      {preview && <DeleteWarnings preview={preview} withData={extent === 'all'} />}
      {asksNumber && (
        <Field label={text('delete.type', {count: count(many)})}>
          <Input
            value={typed}
            inputMode="numeric"
            autoComplete="off"
            onChange={(event) => setTyped(event.target.value)}
          />
        </Field>
      )}
    </ActionDialogFrame>
  )

  function reasonAgainst(): string | undefined {
    if (!preview) return text('delete.reading')
    if (going === 0) return text('delete.none')
    return asksNumber && !isTyped(typed, many) ? text('delete.type', {count: count(many)}) : undefined
  }
}

function usePreview(target: ActionTarget) {
  return useQuery({
    queryKey: ['removal-preview', targetText(target)],
    queryFn: async ({signal}) => previewRemoval(await chosenBody(target), signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
}

function Waiting() {
  return (
    <div className="grid gap-3 rounded-m border border-line-strong px-2.5 py-2">
      <Skeleton width="80%" />
    </div>
  )
}
