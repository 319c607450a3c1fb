import {Plus, X} from 'lucide-react'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Input} from '../../../ui/Input.tsx'
import type {PathPair} from './server-form.ts'
import type {ServerFormState} from './use-server-form.ts'

/** Where the server's folders lie on this machine. */
export function PathFields({state}: {state: ServerFormState}) {
  const {form, set, faults} = state
  const change = (at: number, part: Partial<PathPair>) =>
    set({paths: form.paths.map((pair, place) => (place === at ? {...pair, ...part} : pair))})
  return (
    <fieldset data-field="paths" className="grid gap-2">
      <legend className="mb-2 font-bold">{text('server.form.paths')}</legend>
      <p className="text-12 text-pretty text-text-3">{text('server.form.paths.hint')}</p>
      {form.paths.map((pair, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- rows have nothing else that tells them apart
        <div key={at} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] items-center gap-2">
          <Input
            isMono
            aria-label={text('server.form.paths.server', {nth: at + 1})}
            placeholder="/downloads"
            value={pair.server}
            onChange={(event) => change(at, {server: event.target.value})}
          />
          <Input
            isMono
            aria-label={text('server.form.paths.ours', {nth: at + 1})}
            placeholder="/mnt/nas/downloads"
            value={pair.ours}
            onChange={(event) => change(at, {ours: event.target.value})}
          />
          <IconButton
            icon={X}
            label={text('server.form.paths.remove', {nth: at + 1})}
            onClick={() => set({paths: form.paths.toSpliced(at, 1)})}
          />
        </div>
      ))}
      {faults.fields.paths !== undefined && <p className="text-12 text-st-error">{faults.fields.paths}</p>}
      <Button
        icon={Plus}
        className="justify-self-start"
        onClick={() => set({paths: [...form.paths, {server: '', ours: ''}]})}
      >
        {text('server.form.paths.add')}
      </Button>
    </fieldset>
  )
}
