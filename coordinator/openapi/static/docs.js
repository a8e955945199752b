// Shows openapi.json: operations by tag, then the schemas. Text only ever becomes text nodes.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete", "head", "options"];
const byId = (id) => document.getElementById(id);

function make(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

// The two marks that our texts use: **bold** and `code`.
function prose(text) {
  const parts = text.split(/(\*\*[^*]+\*\*|`[^`]+`)/).map((part) => {
    if (part.startsWith("**")) return make("b", {}, part.slice(2, -2));
    if (part.startsWith("`")) return make("code", {}, part.slice(1, -1));
    return part;
  });
  return parts;
}

function paragraphs(text) {
  return text.split(/\n\s*\n/).map((part) => make("p", {}, ...prose(part)));
}

function refName(ref) {
  return ref.split("/").pop();
}

// A schema's type in a few words, with links to what it refers to.
function typeOf(schema) {
  if (!schema || Object.keys(schema).length === 0) return ["any"];
  if (schema.$ref) {
    const name = refName(schema.$ref);
    return [make("a", { href: `#schema-${name}` }, name)];
  }
  const choices = schema.anyOf || schema.oneOf;
  if (choices) {
    return choices.flatMap((choice, index) => (index ? [" | ", ...typeOf(choice)] : typeOf(choice)));
  }
  if (schema.allOf) return schema.allOf.flatMap(typeOf);
  if (schema.enum) return [schema.enum.map((value) => JSON.stringify(value)).join(" | ")];
  if ("const" in schema) return [JSON.stringify(schema.const)];
  if (schema.type === "array") return ["list of ", ...typeOf(schema.items)];
  if (schema.type === "object" && typeof schema.additionalProperties === "object") {
    return ["object of ", ...typeOf(schema.additionalProperties)];
  }
  return [schema.format ? `${schema.type} (${schema.format})` : String(schema.type || "any")];
}

function limitsOf(schema) {
  const limits = [];
  const words = {
    minLength: "at least %s characters", maxLength: "at most %s characters",
    minItems: "at least %s items", maxItems: "at most %s items",
    minimum: "≥ %s", maximum: "≤ %s", exclusiveMinimum: "> %s", exclusiveMaximum: "< %s",
    pattern: "pattern %s", default: "default %s",
  };
  for (const part of [schema, ...(schema.anyOf || [])]) {
    for (const [key, word] of Object.entries(words)) {
      if (key in part && part[key] !== null) {
        const value = typeof part[key] === "object" ? JSON.stringify(part[key]) : part[key];
        limits.push(word.replace("%s", () => String(value)));
      }
    }
  }
  return limits.join(", ");
}

function table(headings, rows) {
  const head = make("tr", {}, ...headings.map((text) => make("th", { scope: "col" }, text)));
  const body = rows.map((cells) => make("tr", {}, ...cells.map((cell) => make("td", {}, ...cell))));
  return make("div", { class: "scroll" }, make("table", {}, make("thead", {}, head), make("tbody", {}, ...body)));
}

function nameCell(name, required) {
  return [make("code", {}, name), required ? make("span", { class: "need" }, "required") : null]
    .filter(Boolean);
}

function parameterTable(parameters) {
  return table(["Name", "In", "Type", "Meaning"], parameters.map((item) => [
    nameCell(item.name, item.required),
    [item.in],
    [make("span", { class: "type" }, ...typeOf(item.schema))],
    [...prose(item.description || ""), make("div", { class: "type" }, limitsOf(item.schema || {}))],
  ]));
}

function contentCell(content) {
  const kinds = Object.entries(content || {});
  if (!kinds.length) return ["no body"];
  return kinds.map(([kind, { schema }]) =>
    make("div", {}, make("code", {}, kind), " ", make("span", { class: "type" }, ...typeOf(schema))));
}

function oursBox(notes) {
  if (!notes || !notes.length) return null;
  if (notes.length === 1 && notes[0] === "Ours.") {
    return make("div", { class: "ours" }, make("b", {}, "Ours"), ": the public API does not have this operation.");
  }
  const items = notes.map((note) => make("li", {}, ...prose(note)));
  return make("div", { class: "ours" }, make("b", {}, "Ours"), ", where the public API is silent:", make("ul", {}, ...items));
}

function operationNode(path, method, operation) {
  const needs = (operation.security || []).flatMap((item) =>
    Object.entries(item).map(([scheme, scopes]) => [scheme, ...scopes].join(" ")));
  const text = (operation.description || "").split(/\n\s*\n/).filter((part) => !part.startsWith("**Ours"));
  const body = make("div", { class: "body" },
    ...text.filter(Boolean).flatMap(paragraphs),
    make("p", {}, "Access: ", ...(needs.length ? needs.map((need) => make("code", {}, need)) : ["everybody"])),
    oursBox(operation["x-ours"]));
  if (operation.parameters) {
    body.append(make("h3", {}, "Parameters"), parameterTable(operation.parameters));
  }
  if (operation.requestBody) {
    body.append(make("h3", {}, "Request body"), ...contentCell(operation.requestBody.content));
  }
  body.append(make("h3", {}, "Answers"), table(["Status", "Meaning", "Body"],
    Object.entries(operation.responses).map(([status, answer]) => [
      [make("code", {}, status)], prose(answer.description || ""), contentCell(answer.content),
    ])));
  return make("details", { class: "operation", id: operation.operationId },
    make("summary", {},
      make("span", { class: `method ${method}` }, method.toUpperCase()),
      make("span", { class: "path" }, path),
      make("span", { class: "title" }, operation.summary || "")),
    body);
}

function schemaNode(name, schema) {
  const required = new Set(schema.required || []);
  const body = make("div", { class: "body" }, ...(schema.description ? paragraphs(schema.description) : []));
  if (schema.properties) {
    body.append(table(["Field", "Type", "Meaning"], Object.entries(schema.properties).map(([key, value]) => [
      nameCell(key, required.has(key)),
      [make("span", { class: "type" }, ...typeOf(value))],
      [...prose(value.description || ""), make("div", { class: "type" }, limitsOf(value))],
    ])));
  } else {
    body.append(make("p", {}, make("span", { class: "type" }, ...typeOf(schema))));
  }
  return make("details", { class: "schema", id: `schema-${name}` },
    make("summary", {}, make("span", { class: "path" }, name)), body);
}

function grouped(spec) {
  const groups = new Map((spec.tags || []).map((tag) => [tag.name, []]));
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const method of METHODS) {
      if (!item[method]) continue;
      const tag = (item[method].tags || ["Other"])[0];
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push([path, method, item[method]]);
    }
  }
  return groups;
}

function render(spec) {
  const main = byId("main");
  const menu = byId("menu");
  document.title = spec.info.title;
  byId("title").textContent = spec.info.title;
  byId("version").textContent = `${spec.info.version} · OpenAPI ${spec.openapi}`;
  main.replaceChildren(make("div", { class: "intro" }, ...paragraphs(spec.info.description || "")));
  for (const [tag, operations] of grouped(spec)) {
    const id = `tag-${tag.replace(/\W+/g, "-")}`;
    const nodes = operations.map(([path, method, operation]) => operationNode(path, method, operation));
    main.append(make("section", { id, "data-group": "" }, make("h2", {}, tag), ...nodes));
    const links = operations.map(([, , operation]) =>
      make("a", { href: `#${operation.operationId}` }, operation.summary));
    menu.append(make("div", {}, make("h2", {}, make("a", { href: `#${id}` }, tag)), make("div", { class: "links" }, ...links)));
  }
  const schemas = Object.entries((spec.components || {}).schemas || {});
  main.append(make("section", { id: "schemas", "data-group": "" }, make("h2", {}, "Schemas"),
    ...schemas.map(([name, schema]) => schemaNode(name, schema))));
  menu.append(make("div", {}, make("h2", {}, make("a", { href: "#schemas" }, "Schemas"))));
}

function openTarget() {
  const target = location.hash && byId(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  if (target.tagName === "DETAILS") target.open = true;
  target.scrollIntoView();
}

function filter() {
  const wanted = byId("filter").value.trim().toLowerCase();
  for (const group of document.querySelectorAll("[data-group]")) {
    let shown = 0;
    for (const item of group.querySelectorAll("details")) {
      item.hidden = !item.querySelector("summary").textContent.toLowerCase().includes(wanted);
      shown += item.hidden ? 0 : 1;
    }
    group.hidden = shown === 0;
  }
}

async function start() {
  try {
    const answer = await fetch("openapi.json");
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    render(await answer.json());
    byId("filter").addEventListener("input", filter);
    window.addEventListener("hashchange", openTarget);
    openTarget();
  } catch (error) {
    byId("main").replaceChildren(make("p", { class: "error" }, `openapi.json could not be shown: ${error.message}`));
  }
}

start();
