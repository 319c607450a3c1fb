/** At the foot of a form: what saving it costs, as soon as something was changed. @param effect `null` = nothing was */
export function FormEffect({effect, otherwise}: {effect: string | null; otherwise: string}) {
  return (
    <output
      className={`mr-auto min-w-0 text-12 text-pretty text-text-2 ${effect === null ? 'max-phone:hidden' : 'max-phone:w-full'}`}
    >
      {effect ?? otherwise}
    </output>
  )
}
