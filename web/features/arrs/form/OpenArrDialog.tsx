import {useMutation, useQuery} from '@tanstack/react-query'
import {Link, useNavigate} from '@tanstack/react-router'
import {useRef} from 'react'
import {arrDefinitionQuery, arrsQuery, removeArr, shareArr} from '../../../api/arrs.ts'
import {ruleDocumentsQuery} from '../../../api/rules.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {Awaited} from '../../../ui/Awaited.tsx'
import {Button} from '../../../ui/Button.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'
import {Note} from '../../../ui/Note.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {SharingDialog} from '../../servers/form/SharingDialog.tsx'
import {closeArrDialog, type ArrDialogState, type ArrField} from '../arr-dialogs.ts'
import {ArrDialog} from './ArrDialog.tsx'
import {rulesNaming} from './rules-naming.ts'

export function OpenArrDialog({dialog}: {dialog: ArrDialogState}) {
  const close = closeArrDialog
  switch (dialog.name) {
    case 'add':
      return <ArrDialog onClose={close} />
    case 'edit':
      return <EditArrDialog key={dialog.id} id={dialog.id} focus={dialog.focus} onClose={close} />
    case 'remove':
      return <RemoveArrDialog id={dialog.id} onClose={close} />
    case 'share':
      return <ShareArrDialog id={dialog.id} onClose={close} />
  }
}

/** Who sees an Arr, and who may command it. */
function ShareArrDialog({id, onClose}: {id: string; onClose: () => void}) {
  const reading = useQuery(arrDefinitionQuery(id))
  const {data} = reading
  return (
    <SharingDialog
      of="arr"
      name={data?.name ?? id}
      known={data?.sharing}
      reading={reading}
      save={(sharing) => shareArr(id, sharing)}
      onClose={onClose}
    />
  )
}

/** The form with what the Arr is now. */
function EditArrDialog({
  id,
  focus,
  onClose,
}: {
  id: string
  focus?: ArrField | undefined
  onClose: () => void
}) {
  const reading = useQuery({...arrDefinitionQuery(id), refetchOnWindowFocus: false})
  const {data} = reading
  if (data !== undefined) return <ArrDialog edited={data} focus={focus} onClose={onClose} />
  return (
    <Dialog open onOpenChange={onClose} size="l" title={text('arr.form.change')}>
      <Awaited reading={reading} what={text('arr.form.change')}>
        <div className="grid gap-5">
          {['way', 'found', 'look'].map((row) => (
            <Skeleton key={row} height={32} />
          ))}
        </div>
      </Awaited>
    </Dialog>
  )
}

/** Rules that name it, and what becomes of each: of one that keeps hangs what else may be removed. */
function RulesNaming({id, name}: {id: string; name: string}) {
  const {data: rules, isError} = useQuery(ruleDocumentsQuery)
  if (isError) return <Note tone="warn">{text('arr.remove.rules-unknown')}</Note>
  const named = rulesNaming(rules ?? [], id)
  if (named.length === 0) return null
  return (
    <Note tone="warn">
      <p>{text('arr.remove.rules', {count: named.length, name})}</p>
      <ul className="list-disc pl-5">
        {named.map(({id: rule, name: its, becomes}) => (
          <li key={rule} className="text-pretty wrap-anywhere">
            <Link to="/rules" search={{rule}} className={textLinkClass}>
              {its}
            </Link>
            : {text(`arr.remove.rule.${becomes}`)}
          </li>
        ))}
      </ul>
    </Note>
  )
}

/** Says what goes (what Commodarr knows) and what stays (the Arr, its torrents, its library). */
function RemoveArrDialog({id, onClose}: {id: string; onClose: () => void}) {
  const {data: arrs = []} = useQuery(arrsQuery)
  const arr = arrs.find((it) => it.id === id)
  const name = arr?.name ?? id
  const cancel = useRef<HTMLButtonElement>(null)
  const navigate = useNavigate()
  const removal = useMutation({
    mutationFn: () => removeArr(id),
    onSuccess: () => {
      toast({text: text('server.remove.done', {name})})
      onClose()
      void navigate({to: '/settings/arrs'})
    },
  })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="s"
      title={text('server.remove.title', {name})}
      initialFocus={cancel}
      footer={
        <>
          <Button ref={cancel} onClick={onClose}>
            {text('server.cancel')}
          </Button>
          <Button
            variant="dangerFill"
            onClick={() => removal.mutate()}
            waitsFor={removal.isPending ? text('server.remove.busy') : undefined}
          >
            {text('server.remove.do', {name})}
          </Button>
        </>
      }
    >
      <div className="grid gap-2 text-14">
        <p className="text-pretty">{text('arr.remove.goes')}</p>
        <p className="text-pretty">{text('arr.remove.stays')}</p>
        {arr?.origin === 'file' && <Note tone="warn">{text('server.remove.file')}</Note>}
        <RulesNaming id={id} name={name} />
        {removal.error && (
          <Note tone="bad" isNews>
            {removal.error.message}
          </Note>
        )}
      </div>
    </Dialog>
  )
}
