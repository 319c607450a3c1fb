import {FilePlus} from 'lucide-react'
import {useRef, useState, type ClipboardEvent} from 'react'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Field} from '../../ui/Field.tsx'
import {TextArea} from '../../ui/TextArea.tsx'
import type {Items} from './use-items.ts'

/** Links are typed or pasted here; files are chosen by a button. */
export function LinkField({items}: {items: Items}) {
  const [typed, setTyped] = useState('')
  const [isUnknown, setUnknown] = useState(false)
  const picker = useRef<HTMLInputElement>(null)
  const take = (pasted: string) => {
    const found = items.addText(pasted)
    setUnknown(found === 0 && pasted.trim() !== '')
    setTyped(found === 0 ? pasted : '')
  }
  const paste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files]
    if (files.length > 0) items.addFiles(files)
    else take(typed + event.clipboardData.getData('text'))
    event.preventDefault()
  }
  return (
    <div className="grid gap-2 phone:grid-cols-[minmax(0,1fr)_auto] phone:items-start">
      <Field
        label={text('add.links')}
        error={isUnknown ? text('add.links.unknown') : undefined}
        className="[&_label]:sr-only"
      >
        <TextArea
          rows={items.list.length === 0 ? 3 : 1}
          className={items.list.length === 0 ? '' : 'min-h-8!'}
          isMono={typed !== ''}
          spellCheck={false}
          placeholder={text('add.links')}
          value={typed}
          onPaste={paste}
          onChange={(event) => {
            setTyped(event.target.value)
            setUnknown(false)
          }}
          onBlur={() => typed.trim() !== '' && take(typed)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.ctrlKey || event.metaKey) return
            event.preventDefault()
            take(typed)
          }}
        />
      </Field>
      <Button icon={FilePlus} className="max-phone:h-11 phone:h-8" onClick={() => picker.current?.click()}>
        {text('add.files')}
      </Button>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label={text('add.files')}
        accept=".torrent,application/x-bittorrent"
        onChange={(event) => {
          items.addFiles([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
    </div>
  )
}
