// Looks through the topics that the files beside it list. Everything is put into the page as text.
"use strict";

(() => {
  const MOST = 100;
  const topics = window.topics || [];  // id, title, tags, category, author, day, replies: the newest activity first
  const form = document.getElementById("find");
  const field = document.getElementById("words");
  const count = document.getElementById("count");
  const hits = document.getElementById("hits");

  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  let folded = null;  // what each is searched in, made when it is needed first

  const element = (tag, text, className) => {
    const made = document.createElement(tag);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  const line = ([id, title, tags, category, author, day, replies]) => {
    const link = element("a", title, "subject");
    link.href = `../t/${Number(id)}/index.html`;
    link.dir = "auto";
    const facts = element("div", "", "facts");
    for (const fact of [category, author, day, replies === 1 ? "1 reply" : `${replies} replies`, ...tags]) {
      if (fact) facts.append(element("span", fact));
    }
    const box = document.createElement("div");
    box.append(link, facts);
    const item = element("li", "", "said");
    item.append(box);
    return item;
  };

  const search = () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    folded = folded || topics.map((topic) => plain(topic.slice(1, 6).flat().join(" ")));
    const found = words.length ? topics.filter((_, at) => words.every((word) => folded[at].includes(word))) : [];
    hits.replaceChildren(...found.slice(0, MOST).map(line));
    hits.hidden = !found.length;
    count.textContent = !words.length ? "" : !found.length ? "Nothing found. Fewer or shorter words find more."
      : (found.length === 1 ? "1 topic" : `${found.length} topics`) + (found.length > MOST ? `, the newest ${MOST} of them:` : "");
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", search);
  search();
  field.focus();
})();
