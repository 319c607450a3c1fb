import {useMutation} from '@tanstack/react-query'
import {useId, useState, type ReactNode} from 'react'
import {viewLimits} from '#model/saved-view.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'
import {Field} from '../../../ui/Field.tsx'
import {Input} from '../../../ui/Input.tsx'
import {IconPicker} from './IconPicker.tsx'
import {closeViewDialog} from './view-dialogs.ts'

interface ViewFormProps {
  readonly title: string
  readonly name: string
  readonly icon: string
  /** What the button does. */
  readonly action: string
  readonly save: (name: string, icon: string) => Promise<unknown>
  /** What else belongs to it. */
  readonly children?: ReactNode
}

/** Name and icon of a view. What the server says against it stands by the name. */
export function ViewForm({title, action, save, children, ...before}: ViewFormProps) {
  const form = useId()
  const [name, setName] = useState(before.name)
  const [icon, setIcon] = useState(before.icon)
  const [isMissing, setMissing] = useState(false)
  const sent = useMutation({mutationFn: () => save(name.trim(), icon), onSuccess: closeViewDialog})
  const submit = () => {
    setMissing(name.trim() === '')
    if (name.trim() !== '') sent.mutate()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && closeViewDialog()}
      title={title}
      size="s"
      footer={
        <>
          <Button onClick={closeViewDialog}>{text('view.cancel')}</Button>
          <Button
            type="submit"
            form={form}
            variant="primary"
            {...(sent.isPending && {waitsFor: text('view.save.busy')})}
          >
            {action}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Field label={text('view.name')} error={isMissing ? text('view.name.missing') : sent.error?.message}>
          <Input
            autoComplete="off"
            maxLength={viewLimits.nameLength}
            value={name}
            onChange={({target}) => {
              setName(target.value)
              sent.reset()
            }}
          />
        </Field>
        <div className="grid gap-[5px]">
          <span className="text-12 font-medium text-text-2">{text('view.icon')}</span>
          <IconPicker value={icon} onChange={setIcon} />
        </div>
        {children}
      </form>
    </Dialog>
  )
}
