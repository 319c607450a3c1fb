import type {ComponentProps} from 'react'
import {text} from '../../../i18n/text.ts'
import {Dialog} from '../../../ui/Dialog.tsx'
import {DisplayPanel} from './DisplayPanel.tsx'

/** On phones, what opens by the button on wider screens. */
export function DisplayDialog({
  open,
  onOpenChange,
  ...panel
}: ComponentProps<typeof DisplayPanel> & {open: boolean; onOpenChange: (open: boolean) => void}) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={text('display.title')}>
      <DisplayPanel {...panel} />
    </Dialog>
  )
}
