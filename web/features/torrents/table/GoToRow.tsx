import {useState} from 'react'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'
import {Field} from '../../../ui/Field.tsx'
import {count as written} from '../../../ui/format.ts'
import {NumberInput} from '../../../ui/NumberInput.tsx'

const FORM = 'go-to-row'

/** Asks for the number of a row and goes there. */
export function GoToRow({
  count,
  onGo,
  onClose,
}: {
  count: number
  /** Ranks begin with 0. */
  onGo: (rank: number) => void
  onClose: () => void
}) {
  const [row, setRow] = useState<number | null>(null)
  const go = () => {
    if (row !== null) onGo(row - 1)
    onClose()
  }
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      size="s"
      title={text('torrents.go-to')}
      footer={
        <Button variant="primary" type="submit" form={FORM}>
          {text('torrents.row-go')}
        </Button>
      }
    >
      <form
        id={FORM}
        onSubmit={(event) => {
          event.preventDefault()
          go()
        }}
      >
        <Field label={text('torrents.row-of', {all: written(count)})}>
          <NumberInput value={row} onChange={setRow} min={1} max={Math.max(1, count)} />
        </Field>
      </form>
    </Dialog>
  )
}
