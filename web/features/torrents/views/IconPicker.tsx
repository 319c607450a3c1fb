import {RadioGroup} from 'radix-ui'
import {text} from '../../../i18n/text.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {viewIcons} from './view-icons.ts'

/** One of the icons that a view may have. */
export function IconPicker({value, onChange}: {value: string; onChange: (name: string) => void}) {
  return (
    <RadioGroup.Root
      value={value}
      onValueChange={onChange}
      aria-label={text('view.icon')}
      className="flex flex-wrap gap-1"
    >
      {viewIcons.map(({name, icon, label}) => (
        <RadioGroup.Item
          key={name}
          value={name}
          aria-label={text(label)}
          title={text(label)}
          className="grid size-8 place-items-center rounded-m text-text-2 hover:bg-press focus-visible:shadow-focus data-[state=checked]:bg-accent-soft data-[state=checked]:text-accent data-[state=checked]:shadow-[inset_0_0_0_1px_var(--accent-line)] data-[state=checked]:focus-visible:shadow-focus pointer-coarse:size-11"
        >
          <Icon icon={icon} />
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  )
}
