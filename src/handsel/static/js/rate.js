// Another nanny gets the family's usual rate: as soon as one is chosen the field shows it, unless a rate was written.

document.addEventListener("change", ({ target }) => {
  const rate = target.name === "nanny_id" ? target.form?.elements.hourly_rate : undefined;
  if (rate?.dataset.usualRate === undefined) return;
  const before = [...target.options].find(({ defaultSelected }) => defaultSelected);
  const isAnother = target.value !== (before?.value ?? "");
  const { usual_rate_shown: shown } = target.form.elements;
  if (isAnother && !shown && rate.value === rate.dataset.rate) {
    rate.value = rate.dataset.usualRate;
    const mark = Object.assign(document.createElement("input"), {
      type: "hidden",
      name: "usual_rate_shown",
      value: "yes",
    });
    target.form.append(mark);
  } else if (!isAnother && shown) {
    if (rate.value === rate.dataset.usualRate) rate.value = rate.dataset.rate;
    shown.remove();
  }
});
