import type {LucideIcon} from 'lucide-react'
import {useState} from 'react'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Popover} from '../../../ui/Popover.tsx'

/** For what cannot be taken back and is small: says beside the button what will happen. */
export function ConfirmButton({
  icon,
  label,
  question,
  verb,
  onConfirm,
}: {
  icon: LucideIcon
  label: string
  /** What will happen. */
  question: string
  verb: string
  onConfirm: () => void
}) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Popover
      label={label}
      open={isOpen}
      onOpenChange={setOpen}
      align="end"
      className="w-[280px] p-3.5"
      trigger={<IconButton size="small" icon={icon} label={label} />}
    >
      <div className="grid gap-3">
        <p className="text-pretty">{question}</p>
        <div className="flex justify-end gap-2">
          <Button onClick={() => setOpen(false)}>{text('server.cancel')}</Button>
          <Button
            variant="dangerFill"
            onClick={() => {
              setOpen(false)
              onConfirm()
            }}
          >
            {verb}
          </Button>
        </div>
      </div>
    </Popover>
  )
}
